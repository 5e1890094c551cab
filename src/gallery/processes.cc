#include "gallery/processes.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/json.h"

namespace cadre::gallery {
namespace {

constexpr const char* kProcesses = "processes";
constexpr const char* kNotes = "notes";
constexpr std::size_t kMostProcesses = 256;
constexpr std::size_t kMostNotes = 50;
constexpr Millis kNotesStay = std::chrono::hours(24);
/// Who has said that it ends is missed by nobody.
constexpr Millis kAfterLeaving{3'000};
constexpr std::size_t kMostText = 1'000;

std::string text_in(const json::object& object, std::string_view key) {
    return std::string(get_string(object, key).value_or("").substr(0, kMostText));
}

void put(json::object& object, std::string_view key, const std::optional<double>& value) {
    if (value) object[key] = *value;
}

int order_of(const std::string& role) { return role == "serve" ? 0 : role == "worker" ? 1 : 2; }

}  // namespace

std::string text_of(const Process& process) {
    json::object object{{"id", process.id},
                        {"name", process.name},
                        {"role", process.role},
                        {"machine", process.machine},
                        {"version", process.version},
                        {"state", process.state},
                        {"started", process.started.time_since_epoch().count()}};
    put(object, "requests_per_s", process.requests_per_s);
    put(object, "errors_per_s", process.errors_per_s);
    put(object, "p99_ms", process.p99_ms);
    if (!process.requests.empty()) object["requests"] = json::array(process.requests.begin(), process.requests.end());
    return json::serialize(object);
}

std::optional<Process> parse_process(std::string_view text) {
    const auto document = parse_json(text);
    if (!document || !document->is_object()) return std::nullopt;
    const auto& object = document->get_object();
    Process process;
    process.id = text_in(object, "id");
    process.name = text_in(object, "name");
    process.role = text_in(object, "role");
    if (process.id.empty() || process.name.empty() || process.role.empty()) return std::nullopt;
    process.machine = text_in(object, "machine");
    process.version = text_in(object, "version");
    process.state = text_in(object, "state");
    process.started = WallTime(Millis(get_int(object, "started").value_or(0)));
    process.requests_per_s = get_double(object, "requests_per_s");
    process.errors_per_s = get_double(object, "errors_per_s");
    process.p99_ms = get_double(object, "p99_ms");
    const auto* requests = object.if_contains("requests");
    if (requests == nullptr || !requests->is_array()) return process;
    for (const auto& second : requests->get_array()) {
        if (process.requests.size() == 60) break;
        if (!second.is_int64()) continue;
        const auto most = std::int64_t{std::numeric_limits<std::uint32_t>::max()};
        process.requests.push_back(static_cast<std::uint32_t>(std::clamp(second.get_int64(), std::int64_t{0}, most)));
    }
    return process;
}

Task<void> Presence::beat() {
    const auto process = self_();
    const auto stays = process.state == "stopping" ? kAfterLeaving : kUnknownAfter;
    std::string board = kProcesses, item = process.id, text = text_of(process);
    co_return co_await catalog_.post(std::move(board), std::move(item), std::move(text), stays, kMostProcesses);
}

Task<void> Presence::leave() {
    auto process = self_();
    process.state = "stopping";
    std::string board = kProcesses, item = process.id, text = text_of(process);
    CO_CHECK(co_await catalog_.post(std::move(board), std::move(item), std::move(text), kAfterLeaving, kMostProcesses));
    std::string kind = "stopping";
    co_return co_await note(std::move(kind), std::move(process.version));
}

Task<void> Presence::note(std::string kind, std::string subject) {
    const auto self = self_();
    std::string board = kNotes, item = self.id + "-" + std::to_string(noted_.fetch_add(1));
    std::string text = json::serialize(json::object{{"kind", kind}, {"subject", subject}, {"by", self.name}});
    co_return co_await catalog_.post(std::move(board), std::move(item), std::move(text), kNotesStay, kMostNotes);
}

Task<std::vector<Process>> processes(catalog::Catalog& catalog) {
    std::string board = kProcesses;
    CO_TRY(const auto posted, co_await catalog.posted(std::move(board)));
    std::vector<Process> all;
    for (const auto& one : posted) {
        auto process = parse_process(one.text);
        if (!process) continue;
        process->age = one.age;
        all.push_back(std::move(*process));
    }
    const auto succeeded = [&](const Process& silent) {
        return silent.lost() && std::ranges::any_of(all, [&](const Process& other) {
                   return !other.lost() && other.name == silent.name && other.role == silent.role;
               });
    };
    std::vector<Process> there;
    for (const auto& process : all)
        if (!succeeded(process)) there.push_back(process);
    std::ranges::sort(there, {}, [](const Process& process) {
        return std::tuple(order_of(process.role), process.name, process.started, process.id);
    });
    co_return there;
}

Task<std::vector<Note>> notes(catalog::Catalog& catalog, const Clock& clock) {
    std::string board = kNotes;
    CO_TRY(const auto posted, co_await catalog.posted(std::move(board)));
    std::vector<Note> all;
    for (const auto& one : posted) {
        const auto document = parse_json(one.text);
        if (!document || !document->is_object()) continue;
        const auto& object = document->get_object();
        Note note;
        note.kind = text_in(object, "kind");
        note.subject = text_in(object, "subject");
        note.by = text_in(object, "by");
        note.at = clock.now() - one.age;
        if (!note.kind.empty()) all.push_back(std::move(note));
    }
    co_return all;
}

}  // namespace cadre::gallery
