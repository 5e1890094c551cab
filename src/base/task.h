// The coroutine that every interface returns. It is lazy: it starts when awaited, on the awaiter's executor.
// Parameters must outlive it: take values, not references to temporaries.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "base/result.h"

namespace cadre {

namespace asio = boost::asio;

template <class T = void>
using Task = asio::awaitable<Result<T>>;

}  // namespace cadre
