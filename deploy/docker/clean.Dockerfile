# A Debian with systemd and nothing else, on which `./dev package --try` installs the package.
ARG BASE
FROM ${BASE}
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends systemd-sysv
CMD ["/lib/systemd/systemd"]
