"""Where work is done: threads, worker processes, MPI ranks."""
