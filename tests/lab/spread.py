"""How evenly requests were spread over replicas, by the X-Served-By of their answers (app-3@worker-1)."""

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    replicas: Counter

    @staticmethod
    def of(served_by: list[str]) -> "Spread":
        return Spread(Counter(served_by))

    @property
    def machines(self) -> Counter:
        found = Counter()
        for replica, count in self.replicas.items():
            found[replica.partition("@")[2]] += count
        return found

    def uneven(self, expected: int) -> float:
        """The largest distance of a replica from its equal share, as a part of it: 0 is even, 1 is a replica without
        requests or with twice its share. `expected` replicas were to answer."""
        share = self.replicas.total() / expected
        counts = list(self.replicas.values()) + [0] * (expected - len(self.replicas))
        return max(abs(count - share) for count in counts) / share

    def __str__(self):
        return ", ".join(f"{replica} {count}" for replica, count in sorted(self.replicas.items()))
