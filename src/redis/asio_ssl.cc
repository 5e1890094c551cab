// Asio's non-template TLS code, compiled once (BOOST_ASIO_SEPARATE_COMPILATION); base/asio.cc has the rest.
#include <boost/asio/ssl/impl/src.hpp>
