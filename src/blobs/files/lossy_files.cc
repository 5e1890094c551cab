#include "blobs/files/lossy_files.h"

#include <cerrno>
#include <filesystem>
#include <stdexcept>

namespace cadre::blobs::files {
namespace {

std::string base_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// What a file system may leave of bytes that were written but not synced.
std::string torn(const std::string& bytes, const std::string& synced, std::mt19937_64& dice) {
    switch (dice() % 4) {
        case 0:
            return bytes;
        case 1:
            return bytes.substr(0, dice() % (bytes.size() + 1));
        case 2:
            return std::string(bytes.size(), '\0');
        default:
            return synced;
    }
}

}  // namespace

LossyFiles::LossyFiles(std::string root, Bug bug) : root_(std::move(root)), bug_(bug) {}

void LossyFiles::cut_before(std::uint64_t call) {
    const std::lock_guard lock(mutex_);
    cut_at_ = calls_ + call;
}

void LossyFiles::revive() {
    const std::lock_guard lock(mutex_);
    cut_at_.reset();
    off_ = false;
}

std::uint64_t LossyFiles::calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
}

std::uint64_t LossyFiles::syncs() const {
    const std::lock_guard lock(mutex_);
    return syncs_;
}

void LossyFiles::check_power() const {
    if (off_) throw PowerCut{};
}

void LossyFiles::tick() {
    check_power();
    if (cut_at_ && calls_ >= *cut_at_) {
        off_ = true;
        throw PowerCut{};
    }
    ++calls_;
}

LossyFiles::NodePtr LossyFiles::find(const std::string& path) const {
    if (path == root_) return disk_;
    const auto folder = parent(path);
    if (!folder) return nullptr;
    const auto found = folder->names.find(base_of(path));
    return found == folder->names.end() ? nullptr : found->second;
}

LossyFiles::NodePtr LossyFiles::parent(const std::string& path) const {
    if (path.size() <= root_.size() || !path.starts_with(root_ + "/"))
        throw std::logic_error("the driver left its root: " + path);
    return find(path.substr(0, path.rfind('/')));
}

void LossyFiles::set(const std::string& path, NodePtr node) {
    const auto folder = parent(path);
    const auto name = base_of(path);
    if (node)
        folder->names[name] = node;
    else
        folder->names.erase(name);
    folder->pending.push_back({name, std::move(node)});
}

void LossyFiles::settle(Node& node) {
    node.kept = node.names;
    node.pending.clear();
}

Outcome<UniqueFd> LossyFiles::create(const std::string& path) {
    const std::lock_guard lock(mutex_);
    tick();
    auto file = real_.create(path);
    if (!file) return file;
    auto node = std::make_shared<Node>();
    set(path, node);
    open_[file->get()] = std::move(node);
    return file;
}

Outcome<void> LossyFiles::write(int file, std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    tick();
    auto written = real_.write(file, bytes);
    if (written) open_.at(file)->bytes += bytes;
    return written;
}

Outcome<void> LossyFiles::write(int file, FileRange source) {
    std::string bytes(static_cast<std::size_t>(source.length), '\0');
    const auto got =
        real_.read(source.fd, source.offset, {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
    if (!got || *got != bytes.size()) return tl::unexpected<int>(EINVAL);
    return write(file, bytes);
}

Outcome<void> LossyFiles::sync(int file) {
    const std::lock_guard lock(mutex_);
    tick();
    ++syncs_;
    auto& node = *open_.at(file);
    if (bug_ != Bug::no_file_sync) node.synced = node.bytes;
    return {};
}

Outcome<void> LossyFiles::sync_folder(const std::string& path) {
    const std::lock_guard lock(mutex_);
    tick();
    ++syncs_;
    const auto node = find(path);
    if (!node) return tl::unexpected<int>(ENOENT);
    bool holds_folders = false;
    for (const auto& [name, child] : node->names) holds_folders = holds_folders || child->folder;
    const bool forgotten = bug_ == Bug::no_folder_sync || (bug_ == Bug::no_parent_sync && holds_folders);
    if (!forgotten) settle(*node);
    return {};
}

Outcome<void> LossyFiles::sync_all(const std::string&) {
    const std::lock_guard lock(mutex_);
    tick();
    if (bug_ == Bug::no_sync_at_start) return {};
    std::vector<NodePtr> rest{disk_};
    while (!rest.empty()) {
        const auto node = rest.back();
        rest.pop_back();
        node->synced = node->bytes;
        settle(*node);
        for (const auto& [name, child] : node->names) rest.push_back(child);
    }
    return {};
}

Outcome<void> LossyFiles::rename(const std::string& from, const std::string& to) {
    const std::lock_guard lock(mutex_);
    tick();
    auto renamed = real_.rename(from, to);
    if (!renamed) return renamed;
    auto node = find(from);
    if (find(to) == node) return {};  // two names of one file: both stay
    set(to, std::move(node));
    set(from, nullptr);
    return {};
}

Outcome<void> LossyFiles::link(const std::string& from, const std::string& to) {
    const std::lock_guard lock(mutex_);
    tick();
    auto linked = real_.link(from, to);
    if (linked) set(to, find(from));
    return linked;
}

Outcome<void> LossyFiles::unlink(const std::string& path) {
    const std::lock_guard lock(mutex_);
    tick();
    auto gone = real_.unlink(path);
    if (gone) set(path, nullptr);
    return gone;
}

Outcome<void> LossyFiles::make_folder(const std::string& path) {
    const std::lock_guard lock(mutex_);
    tick();
    auto made = real_.make_folder(path);
    if (made) set(path, std::make_shared<Node>(Node{true, {}, {}, {}, {}, {}}));
    return made;
}

Outcome<void> LossyFiles::remove_folder(const std::string& path) {
    const std::lock_guard lock(mutex_);
    tick();
    auto gone = real_.remove_folder(path);
    if (gone) set(path, nullptr);
    return gone;
}

Outcome<UniqueFd> LossyFiles::lock_folder(const std::string& path, bool wait) { return real_.lock_folder(path, wait); }

Outcome<UniqueFd> LossyFiles::open(const std::string& path) {
    const std::lock_guard lock(mutex_);
    check_power();
    return real_.open(path);
}

Outcome<Status> LossyFiles::status(int file) { return real_.status(file); }
Outcome<Status> LossyFiles::status(const std::string& path) { return real_.status(path); }

Outcome<std::size_t> LossyFiles::read(int file, std::uint64_t offset, std::span<std::uint8_t> into) {
    return real_.read(file, offset, into);
}

Outcome<std::vector<Name>> LossyFiles::list(const std::string& path) {
    const std::lock_guard lock(mutex_);
    check_power();
    return real_.list(path);
}

LossyFiles::NodePtr LossyFiles::survive(const Node& node, std::mt19937_64* dice) {
    auto left = std::make_shared<Node>();
    left->folder = node.folder;
    if (!node.folder) {
        left->bytes = dice != nullptr && node.bytes != node.synced ? torn(node.bytes, node.synced, *dice) : node.synced;
        left->synced = left->bytes;
        return left;
    }
    auto names = node.kept;
    for (const auto& change : node.pending) {
        if (dice == nullptr || (*dice)() % 2 == 0) continue;
        if (change.node)
            names[change.name] = change.node;
        else
            names.erase(change.name);
    }
    for (const auto& [name, child] : names) left->names[name] = survive(*child, dice);
    left->kept = left->names;
    return left;
}

void LossyFiles::lay_out(const Node& node, const std::string& path) {
    for (const auto& [name, child] : node.names) {
        const auto at = path + "/" + name;
        if (child->folder) {
            (void)real_.make_folder(at);
            lay_out(*child, at);
        } else if (const auto file = real_.create(at)) {
            (void)real_.write(file->get(), child->bytes);
        }
    }
}

void LossyFiles::restore(std::optional<std::uint64_t> seed) {
    const std::lock_guard lock(mutex_);
    std::mt19937_64 dice(seed.value_or(0));
    disk_ = survive(*disk_, seed ? &dice : nullptr);
    for (const auto& entry : std::filesystem::directory_iterator(root_)) std::filesystem::remove_all(entry.path());
    lay_out(*disk_, root_);
    open_.clear();
    calls_ = 0;
    cut_at_.reset();
    off_ = false;
}

}  // namespace cadre::blobs::files
