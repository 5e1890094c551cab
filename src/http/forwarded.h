// Who sent a request, seen through the proxies that are trusted.
#pragma once

#include "http/address.h"
#include "http/message.h"

namespace cadre::http {

/// Sets remote, scheme, host and id from the connection's peer and, only where the peer is a trusted proxy, from
/// X-Forwarded-For (the last address that is no trusted proxy), X-Forwarded-Proto, X-Forwarded-Host and X-Request-Id.
/// A host of the request line, where there was one, is already set and stays.
void set_origin(Request& request, const asio::ip::address& peer, const std::string& peer_text,
                const Networks& trusted_proxies);

/// A name, an IPv4 address or an IPv6 address in brackets, with or without a port; also empty (RFC 9112 section 3.2).
[[nodiscard]] bool valid_host(std::string_view host);

}  // namespace cadre::http
