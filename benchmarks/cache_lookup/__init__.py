"""How fast the request keys of a large run are looked up in a large cache, and in how much memory.

__main__.py    prints the table; exit code 1 where our look-up needs a gibibyte or more
keys.py        random keys, half of them in the cache, as files
ours.py        the look-up of packing, on segments as runs write them
dictionary.py  a plain dictionary
peer_redis.py  MGET in pipelines; runs in an environment of its own
redis_server.py  a redis-server of our own on the loopback
"""
