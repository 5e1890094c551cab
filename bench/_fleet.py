"""The stores of a fleet in a folder of its own, as `./dev fleet` makes them, and replicas over them."""

import pathlib

from _gallery import ENVIRONMENT, Gallery, run

from cadre_dev import fleet, fleet_config, fleet_garage, fleet_redis, packages
from cadre_dev.fleet_plan import Plan
from cadre_dev.fleet_process import end, wait_until
from cadre_dev.shell import must


class Fleet:
    """Six Redis nodes and, with `garage`, three Garage nodes; without, the blobs lie in a folder. Ends with the `with`
    block."""

    def __init__(self, folder: pathlib.Path, garage: bool):
        packages.debian(packages.FLEET)
        if garage:
            packages.garage()
        self._folder = folder
        self._garage = garage
        self.plan = Plan(folder / "fleet")
        self.plan.lay_out()

    def __enter__(self):
        fleet_config.write(self.plan)
        try:
            fleet.start(self.plan.redis() + (self.plan.garage() if self._garage else []))
            fleet_redis.form(self.plan)
            if self._garage:
                fleet_garage.form(self.plan)
            wait_until(lambda: fleet_redis.whole(self.plan), 60, "the Redis Cluster is not whole")
            (self._folder / "blobs").mkdir(exist_ok=True)
            # A catalog that says nothing is not believed: that this library is empty has to be found once.
            run("reindex", "--data", self._folder, environment=ENVIRONMENT | self.environment)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        end(self.plan.stores())

    def bind_to(self, core: int) -> None:
        """The stores to a core, with all their threads, so that they are not in the way of what is measured."""
        for process in self.plan.stores():
            if process.pid() is not None:
                must("taskset", "-acp", core, process.pid(), quiet=True)

    @property
    def environment(self) -> dict[str, str]:
        """With which the program reaches these stores."""
        if self._garage:
            return self.plan.environment
        return self.plan.environment | {"CADRE_BLOBS": f"files:{self._folder / 'blobs'}"}

    def replica(self, name: str, *flags: str, core: int | None = None, environment: dict | None = None) -> Gallery:
        """One `cadre serve`, with one thread for connections, and without workers unless the flags say so."""
        folder = self._folder / name
        folder.mkdir(exist_ok=True)
        settings = self.environment | {"CADRE_NAME": name, "CADRE_DRAIN": "0s"} | (environment or {})
        return Gallery(folder, "--io-threads", "1", *flags, core=core, environment=settings)
