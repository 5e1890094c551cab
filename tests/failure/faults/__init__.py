"""The faults. Each does something to the fleet and undoes it, while the load goes on, and says what was promised.

A fault is a function of a Run: it acts, and `run.promise(sentence, holds, figure)` says what must hold beyond what is
checked after every fault (run.py): nothing acknowledged is lost, `cadre verify` is clean, the fleet is whole again by
itself.
"""

from failure.faults import garage, programs, redis
from failure.faults.fault import Fault

FAULTS: dict[str, Fault] = {
    "serve-killed": Fault("kill -9 of one replica", programs.serve_killed),
    "worker-killed": Fault("kill -9 of one worker with a job in hand", programs.worker_killed),
    "redis-master-killed": Fault("kill -9 of a Redis master, which comes back 15 s later", redis.master_killed),
    "redis-master-stopped": Fault("SIGSTOP of a Redis master for 20 s", redis.master_stopped),
    "garage-killed": Fault("kill -9 of a Garage node, which comes back with an empty disk", garage.killed),
    "garage-stopped": Fault("SIGSTOP of a Garage node for a minute", garage.stopped),
    "redis-lost": Fault("all six Redis nodes killed, their data deleted; reindex", redis.lost),
    "shard-lost": Fault("one Redis master and its replica lose their data", redis.shard_lost),
    "rolling-restart": Fault("every replica restarted, one after the other", programs.rolling_restart),
    "all-killed": Fault("all of it stopped with kill -9 at once, and started again", programs.all_killed),
}
