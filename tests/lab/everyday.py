"""Shows of a lab that nothing happens to: it is whole, every machine shows the same, requests are spread."""

import re
import time

from cadre_dev import fleet_garage, fleet_redis
from cadre_dev.lab_plan import MTU

from failure import checks, pictures
from failure.client import Client
from failure.promises import Promises

from lab import look
from lab.spread import Spread

REPLICAS = 6
REQUESTS = 600
FRONT = "0000CA0A"  # 10.202.0.0, as /proc/net/route writes it


def whole(lab, show: Promises) -> None:
    names = [machine.name for machine in lab.machines]
    found = look.nodes(lab)
    show.promise("docker node ls: all Ready and Active", len(found) == len(names) and not look.unready(found, names),
                 ", ".join(f"{node['Hostname']} {node['Status']} {node['Availability']} {node['ManagerStatus']}" for node in found))
    services = look.services(lab)
    show.promise("all services have their replicas", services != [] and not look.short(services),
                 ", ".join(f"{service['Name']} {service['Replicas']}" for service in services))
    info = [fleet_redis.info(lab, node, "cluster") for node in lab.redis()]
    states = {(one.get("cluster_state"), one.get("cluster_slots_ok")) for one in info}
    show.promise("Redis Cluster: ok, 16384 slots, on each of six nodes", len(info) == 6 and states == {("ok", "16384")},
                 f"{sorted(states, key=str)}")
    show.promise("three masters on three machines, each with its replica in step",
                 fleet_redis.whole(lab) and fleet_redis.masters_spread(lab))
    following = fleet_redis.followed(lab)
    show.promise("no master has its replica on its own machine", len(following) == 3 and not look.together(lab),
                 ", ".join(f"{replica} follows {master}" for replica, master in sorted(following.items())))
    healthy = {machine: fleet_garage.call(lab, machine, "GetClusterHealth") for machine in lab.garage_admins}
    show.promise("Garage: healthy, three nodes, on each of them",
                 {(one["status"], one["connectedNodes"], one["storageNodesUp"]) for one in healthy.values()} == {("healthy", 3, 3)},
                 ", ".join(f"{machine} {one['status']} {one['connectedNodes']}" for machine, one in healthy.items()))


def first_minutes(lab, show: Promises) -> None:
    """What a first deployment told the person who ran it, and what its network is like."""
    logged = look.docker(lab, "service", "logs", "--raw", look.APP)
    links = set(re.findall(r"(http\S+)/#setup=[\w-]+", logged))
    show.promise("the log has the set-up link, and it begins with an address that answers", links == {lab.urls[0].removesuffix(":80")}
                 and all(Client(url).ask("GET", "/").status == 200 for url in links), f"{sorted(links)}")
    container = lab.run(lab.machines[0], "docker", "ps", "--quiet", "--filter", f"name={look.APP}").split()[0]
    interfaces = lab.run(lab.machines[0], "docker", "exec", container, "cat", "/proc/net/route")
    device = next(line.split()[0] for line in interfaces.splitlines()[1:] if line.split()[1] == FRONT)
    mtu = int(lab.run(lab.machines[0], "docker", "exec", container, "cat", f"/sys/class/net/{device}/mtu"))
    show.promise(f"the overlay's packets fit the private network's, of {MTU} bytes", mtu <= MTU - 50, f"{mtu} bytes")


def _on_the_wall(client: Client, photo: str) -> dict | None:
    answer = client.ask("GET", "/api/v1/photos?scope=wall&limit=100")
    photos = answer.json["photos"] if answer.status == 200 else []
    return next((shown for shown in photos if shown["id"] == photo), None)


def seen_everywhere(lab, show: Promises) -> None:
    token = lab.secret("admin-token")
    owners = [Client(url, token) for url in lab.urls]
    visitors = [Client(url) for url in lab.urls]
    sent = owners[0].ask("POST", "/api/v1/photos?filename=lab.jpg&visibility=public", pictures.small())
    began = time.monotonic()
    show.promise("a photo is sent through machine 1", sent.status == 201, f"{sent.status} {sent.why}")
    if sent.status != 201:
        return
    photo = sent.json["id"]
    path = f"/api/v1/photos/{photo}"

    def unseen() -> list[str]:
        return [url for url, owner in zip(lab.urls[1:], owners[1:]) if owner.ask("GET", path).status != 200]

    _, left = checks.until(unseen, 2)
    show.promise("its owner sees it through machines 2 and 3 within 2 s", not left, f"{time.monotonic() - began:.2f} s")
    _, left = checks.until(lambda: [url for url, visitor in zip(lab.urls, visitors) if not _on_the_wall(visitor, photo)], 30)
    show.promise("everybody sees it on the wall through all three", not left,
                 f"{time.monotonic() - began:.2f} s, with its derivatives made")
    shown = _on_the_wall(visitors[0], photo)
    media = shown["media"]["variants"][0]["url"] if shown else "/media/nothing/s.webp"
    statuses = [visitor.ask("GET", media).status for visitor in visitors]
    show.promise("so is its picture", statuses == [200] * len(statuses), f"{statuses}")

    def unfound() -> list[str]:
        answers = [owner.ask("GET", "/api/v1/search?q=lab.jpg") for owner in owners for _ in range(REPLICAS)]
        return [answer.served_by or answer.why for answer in answers
                if answer.status != 200 or photo not in answer.json["photos"]["id"]]

    # A replica that has just started goes through the library first.
    began_to_look = time.monotonic()
    _, left = checks.until(unfound, 30)
    show.promise("every replica finds it by a search", not left, ", ".join(sorted(set(left or []))) or f"{time.monotonic() - began_to_look:.2f} s")

    gone = owners[0].ask("DELETE", f"{path}?permanent=true")
    began = time.monotonic()
    show.promise("it is deleted through machine 1", gone.status == 204, f"{gone.status} {gone.why}")
    still = [url for url, owner, visitor in zip(lab.urls, owners, visitors)
             if owner.ask("GET", path).status != 404 or owner.ask("GET", f"{path}/original").status != 404
             or _on_the_wall(visitor, photo)]
    show.promise("then it is seen through none", not still, ", ".join(still) or f"{time.monotonic() - began:.2f} s")
    _, left = checks.until(lambda: [url for url, visitor in zip(lab.urls, visitors)
                                    if visitor.ask("GET", media).status != 404], 5)
    show.promise("its picture is gone from every nginx within 5 s", not left, f"{time.monotonic() - began:.1f} s")


def spread(lab, show: Promises) -> None:
    for url in lab.urls:
        client = Client(url, lab.secret("admin-token"))
        began = time.monotonic()
        answers = [client.ask("GET", "/api/v1/me") for _ in range(REQUESTS)]
        seconds = time.monotonic() - began
        found = Spread.of([answer.served_by for answer in answers if answer.done])
        even = len(found.replicas) == REPLICAS and found.replicas.total() == REQUESTS and found.uneven(REPLICAS) <= 0.05
        show.promise(f"{REQUESTS} requests through {url}: every replica within 5 % of its sixth", even, f"{found}")
        show.promise("on all three machines", set(found.machines) == {machine.name for machine in lab.machines},
                     ", ".join(f"{machine} {count}" for machine, count in sorted(found.machines.items())) + f"; {seconds:.1f} s")
