# docker build -t relicfit . && docker run --rm -v "$PWD":/runs relicfit run /runs/my.toml
FROM python:3.11-slim

# h5py, numba and the others come as wheels; make follows the lock file, with its hashes.
RUN apt-get update && apt-get install --yes --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /relicfit
COPY . .
RUN make .venv/.installed
# Kernels compile once, into a folder that any user may write.
ENV RELICFIT_CACHE_DIR=/cache PATH=/relicfit/.venv/bin:$PATH
RUN mkdir -m 777 /cache && relicfit point thermal-freeze-out --set mass=1 --set delta=0.5 --set coupling=1e-6
WORKDIR /runs
ENTRYPOINT ["relicfit"]
