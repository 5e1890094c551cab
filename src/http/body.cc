#include "http/body.h"

#include <array>
#include <type_traits>

namespace cadre::http {
namespace {

class NoBody final : public BodyReader {
public:
    Task<std::size_t> read_some(std::span<std::uint8_t>) override { co_return std::size_t{0}; }
};

}  // namespace

Task<std::string> BodyReader::read_all(std::size_t limit) {
    std::string all;
    std::array<std::uint8_t, 16384> piece;
    while (true) {
        CO_TRY(const std::size_t count, co_await read_some(piece));
        if (count == 0) co_return all;
        if (count > limit - all.size()) co_return fail(Code::body_too_large, "The body is larger than allowed here.");
        all.append(reinterpret_cast<const char*>(piece.data()), count);
    }
}

BodyReader& no_body() {
    static NoBody none;
    return none;
}

std::optional<std::uint64_t> length_of(const Body& body) {
    return std::visit(
        [](const auto& kind) -> std::optional<std::uint64_t> {
            using Kind = std::decay_t<decltype(kind)>;
            if constexpr (std::is_same_v<Kind, std::monostate>)
                return 0;
            else if constexpr (std::is_same_v<Kind, std::string>)
                return kind.size();
            else if constexpr (std::is_same_v<Kind, std::shared_ptr<const std::string>>)
                return kind ? kind->size() : 0;
            else if constexpr (std::is_same_v<Kind, FileBody> || std::is_same_v<Kind, StreamBody> ||
                               std::is_same_v<Kind, SequenceBody>)
                return kind.length;
            else
                return std::nullopt;
        },
        body);
}

}  // namespace cadre::http
