"""Requests to an S3 store, signed with Signature Version 4 in the query: signing is done before the clock runs."""

import hashlib
import hmac
import time
import urllib.parse

from cadre_dev import fleet_plan

VALID_SECONDS = 3600


class Signer:
    """For the bucket of a fleet, at its first Garage node: the one that its first replica asks as well."""

    def __init__(self, plan):
        self._host = plan.address("a", fleet_plan.S3)
        self._access_key, self._secret = plan.secret("s3-access-key"), plan.secret("s3-secret-key")
        self.url = f"http://{self._host}"

    def target(self, method: str, key: str) -> str:
        """Path and query of a request that may be sent within an hour. The body is not signed."""
        now = time.gmtime()
        day, moment = time.strftime("%Y%m%d", now), time.strftime("%Y%m%dT%H%M%SZ", now)
        scope = f"{day}/{fleet_plan.REGION}/s3/aws4_request"
        path = "/" + urllib.parse.quote(f"{fleet_plan.BUCKET}/{key}")
        query = urllib.parse.urlencode(sorted({
            "X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": f"{self._access_key}/{scope}",
            "X-Amz-Date": moment, "X-Amz-Expires": str(VALID_SECONDS), "X-Amz-SignedHeaders": "host"}.items()))
        request = "\n".join([method, path, query, f"host:{self._host}", "", "host", "UNSIGNED-PAYLOAD"])
        text = "\n".join(["AWS4-HMAC-SHA256", moment, scope, hashlib.sha256(request.encode()).hexdigest()])
        key_of_day = ("AWS4" + self._secret).encode()
        for part in (day, fleet_plan.REGION, "s3", "aws4_request"):
            key_of_day = hmac.new(key_of_day, part.encode(), hashlib.sha256).digest()
        return f"{path}?{query}&X-Amz-Signature={hmac.new(key_of_day, text.encode(), hashlib.sha256).hexdigest()}"
