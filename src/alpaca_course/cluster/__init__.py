"""Executions on the workers of a Dask cluster: bytes out, bytes back.

``bundle`` (what a worker gets once), ``items`` (what goes out and comes back for each execution)
and ``facts`` (what has to be the same on both sides) are pure but for the files of a bundle.
``on_worker`` is all that runs on workers, ``cluster`` holds the connection and knows which workers
there are, and ``executor`` has executions run there. Dask is imported by ``link`` and
``plugin`` alone.
"""
