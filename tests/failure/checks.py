"""What has to hold after every fault: all that was acknowledged is there, and the stores agree."""

import time

from cadre_dev import fleet, fleet_garage, fleet_redis
from cadre_dev.fleet_plan import Plan
from cadre_dev.shell import Failed

from failure.client import Client
from failure.journal import Journal

PATIENCE = 240.0  # seconds until a fleet has to be whole again by itself
# A node of Garage that was away hears of what was deleted meanwhile when it compares its tables: once in ten minutes.
IN_STEP = 660.0


def of_the_catalog(photo: dict) -> dict:
    """A photo as its owner sees it, without what search says of it: that follows the catalog, and after a loss is made
    again while all else is answered."""
    return {name: value for name, value in photo.items() if name != "duplicate_of"}


def lost(journal: Journal, client: Client, at_most=10) -> list[str]:
    """Photos that are not as they were acknowledged."""
    findings = []
    for photo in journal.photos:
        answer = client.ask("GET", f"/api/v1/photos/{photo.id}")
        wrong = photo.wrong(answer.status, answer.json if answer.status == 200 else None)
        if not wrong and answer.status == 200 and not photo.trashed and photo.id.endswith("0"):
            wrong = _original(client, photo)
        if wrong:
            findings.append(f"{photo.id} {wrong}")
    return findings if len(findings) <= at_most else findings[:at_most] + [f"and {len(findings) - at_most} more"]


def _original(client: Client, photo) -> str | None:
    """A sample reads its bytes too; `cadre verify` looks at all."""
    answer = client.ask("GET", f"/api/v1/photos/{photo.id}/original")
    return None if answer.status == 200 else f"has an original that is answered {answer.status}"


def verify(plan) -> str | None:
    """What `cadre verify` found in the stores of a Plan or Lab, or nothing."""
    try:
        fleet.cadre(plan, "verify")
    except Failed as failure:
        return str(failure)
    return None


def processing(client: Client) -> int:
    """Photos of the load that have no derivatives yet."""
    count, cursor = 0, ""
    while cursor is not None:
        answer = client.ask("GET", f"/api/v1/photos?scope=mine&limit=500&cursor={cursor}")
        if answer.status != 200:
            return -1
        count += sum(photo["state"] == "processing" for photo in answer.json["photos"])
        cursor = answer.json["next"]
    return count


def whole(plan: Plan) -> str | None:
    """What is missing, or nothing: every process runs, replicas are ready, masters are at home, Garage is in step."""
    dead = [process.name for process in plan.processes() if process.pid() is None]
    if dead:
        return f"dead: {', '.join(dead)}"
    unready = [process.name for process in plan.serve() if not fleet.ready(process)]
    if unready:
        return f"not ready: {', '.join(unready)}"
    if not fleet_redis.whole(plan):
        return "the Redis Cluster is not whole"
    if not fleet_redis.masters_spread(plan):
        return "two Redis masters are on one machine"
    return fleet_garage.lacking(plan)


def until(holds, patience=PATIENCE) -> tuple[float, str | None]:
    """Asks `holds` for what is missing until it is nothing; (seconds, what was missing in the end)."""
    began = time.monotonic()
    while (missing := holds()) and time.monotonic() - began < patience:
        time.sleep(0.5)
    return time.monotonic() - began, missing
