#include "catalog/record.h"

#include <fmt/format.h>

#include <array>

#include "base/json_memory.h"
#include "base/number.h"

namespace cadre::catalog {
namespace {

/// Bytes that a parsed record takes: of one with twenty fields some 4,000.
constexpr std::size_t kMostlyEnough = 8192;

std::optional<std::uint64_t> parse_nonce(std::string_view text) {
    return text.size() == 16 ? parse_number<std::uint64_t>(text, 16) : std::nullopt;
}

/// Rounds every floating-point number to 15 significant digits. Boost.JSON 1.81 may miss the last bit of a number that
/// it reads; with two digits to spare, what was written is what is read, however often.
void round_numbers(json::value& value) {
    if (value.is_double()) {
        const auto text = fmt::format("{:.15g}", value.get_double());
        if (const auto rounded = parse_decimal(text)) value = *rounded;
    } else if (value.is_array()) {
        for (auto& item : value.get_array()) round_numbers(item);
    } else if (value.is_object()) {
        for (auto& member : value.get_object()) round_numbers(member.value());
    }
}

std::optional<Field> parse_field(const json::value& value) {
    if (!value.is_array() || value.get_array().size() != 3) return std::nullopt;
    const auto& parts = value.get_array();
    if (!parts[1].is_int64() || !parts[2].is_string()) return std::nullopt;
    const auto nonce = parse_nonce(std::string_view(parts[2].get_string()));
    if (!nonce) return std::nullopt;
    Field field{json::value(parts[0], json::storage_ptr()), Stamp{parts[1].get_int64(), *nonce}};
    round_numbers(field.value);
    return field;
}

/// Two values under one stamp are nobody's work, but must not make the join depend on the order.
bool wins(const Field& field, const Field& over) {
    if (field.stamp != over.stamp) return field.stamp > over.stamp;
    return field.value != over.value && json::serialize(field.value) > json::serialize(over.value);
}

}  // namespace

std::string Stamp::text() const { return fmt::format("{}-{:016x}", n, nonce); }

const json::value* Record::find(std::string_view name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? nullptr : &found->second.value;
}

void Record::set(std::string name, json::value value, Stamp stamp) {
    round_numbers(value);
    fields.insert_or_assign(std::move(name), Field{std::move(value), stamp});
}

Stamp Record::newest() const {
    Stamp newest;
    for (const auto& [name, field] : fields) newest = std::max(newest, field.stamp);
    return newest;
}

void join(Record& into, const Record& other) {
    for (const auto& [name, field] : other.fields) {
        const auto found = into.fields.find(name);
        if (found == into.fields.end())
            into.fields.emplace(name, field);
        else if (wins(field, found->second))
            found->second = field;
    }
}

std::string encode(const Record& record) {
    json::object fields;
    for (const auto& [name, field] : record.fields)
        fields.emplace(name, json::array{field.value, field.stamp.n, fmt::format("{:016x}", field.stamp.nonce)});
    return json::serialize(json::object{{"schema", kSchema}, {"fields", std::move(fields)}});
}

Result<Record> decode(std::string_view text) {
    // What is read of it is copied into the record, and the rest would be a hundred small pieces to let go.
    std::array<unsigned char, kMostlyEnough> first;
    json::monotonic_resource memory(first.data(), first.size());
    TRY(const json::value document, parse_json_in(&memory, text));
    const auto broken = [] { return fail(ErrorKind::invalid, "A facts document is damaged."); };
    if (!document.is_object()) return broken();
    const auto schema = get_int(document.get_object(), "schema");
    const auto* fields = document.get_object().if_contains("fields");
    if (!schema || *schema < 1) return broken();
    if (*schema > kSchema)
        return fail(ErrorKind::unprocessable, fmt::format("Facts of schema {} were written by a newer Cadre; this one "
                                                          "reads up to {}.",
                                                          *schema, kSchema));
    if (fields == nullptr || !fields->is_object()) return broken();
    Record record;
    for (const auto& member : fields->get_object()) {
        auto field = parse_field(member.value());
        if (!field) return broken();
        record.fields.emplace(std::string(member.key()), std::move(*field));
    }
    return record;
}

}  // namespace cadre::catalog
