# A release that starts, serves, and never says that it is healthy: Swarm has to go back by itself.
ARG CADRE
FROM ${CADRE}
USER root
RUN printf '#!/bin/sh\n[ "$1" != healthcheck ] || exit 1\nexec /usr/lib/cadre/cadre "$@"\n' > /usr/local/bin/cadre \
    && chmod 0755 /usr/local/bin/cadre
USER 65534:65534
