# The servers of the stack where no registry can be reached, from Debian's packages and Garage's own build: what the
# official images have that the stack relies on (users and their numbers, paths, shell or none), and nothing more.
#
#   SERVERS   Debian's next release with nginx, Redis and curl
#   BASE      Debian 13
ARG SERVERS
ARG BASE

FROM ${SERVERS} AS servers
RUN usermod -u 999 redis && groupmod -g 999 redis \
    && groupadd --system --gid 101 nginx \
    && useradd --system --uid 101 --gid nginx --home-dir /nonexistent --shell /usr/sbin/nologin nginx \
    && install -d -o redis -g redis /data

FROM servers AS nginx
STOPSIGNAL SIGQUIT
EXPOSE 80
CMD ["nginx", "-g", "daemon off;"]

FROM servers AS redis
WORKDIR /data
VOLUME /data
EXPOSE 6379
CMD ["redis-server"]

FROM ${BASE} AS garage
COPY garage /
CMD ["/garage", "server"]
