// The first line: the size of a file. The second: If-Range. What is left: Range.
#include "base/quantity.h"
#include "fuzz.h"
#include "http/conditional.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace cadre;
    const auto [first, rest] = fuzz::first_line(fuzz::text_of(data, size));
    const auto [if_range, range] = fuzz::first_line(rest);
    const auto whole = static_cast<std::uint64_t>(parse_integer(first).value_or(1000));
    http::Request request;
    request.method = http::Method::get;
    request.headers.add("Range", range);
    if (!if_range.empty()) request.headers.add("If-Range", if_range);
    const auto decided = http::decide_range(request, {"\"abc\"", 784'111'777}, whole);
    if (decided.kind != http::RangeKind::part) return 0;
    fuzz::must(decided.range.length > 0, "a part is not empty");
    fuzz::must(decided.range.offset < whole, "a part begins within the file");
    fuzz::must(decided.range.length <= whole - decided.range.offset, "a part ends within the file");
    return 0;
}
