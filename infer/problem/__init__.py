"""What is asked: a run file read, checked and resolved."""
