#include "blobs/files/scratch.h"

#include <cerrno>
#include <memory>

#include "base/random.h"
#include "blobs/files/layout.h"

namespace cadre::blobs::files {
namespace {

/// Removes the folder of a store that is dead; one that lives is left alone.
void clear(FileLayer& layer, const std::string& folder) {
    const auto lock = layer.lock_folder(folder, false);
    if (!lock) return;
    const auto names = layer.list(folder);
    if (!names) return;
    for (const auto& name : *names) (void)layer.unlink(folder + "/" + name.name);
    (void)layer.remove_folder(folder);
}

}  // namespace

Scratch::File::~File() {
    if (layer_ == nullptr) return;
    try {
        (void)layer_->unlink(path_);
    } catch (...) {  // left for the next start to clear
    }
}

Scratch::~Scratch() {
    try {
        (void)layer_.remove_folder(folder_);
    } catch (...) {  // left for the next start to clear
    }
}

Outcome<std::unique_ptr<Scratch>> Scratch::open(FileLayer& layer, const std::string& root) {
    const auto all = root + "/" + std::string(kScratch);
    if (const auto made = layer.make_folder(all); !made && made.error() != EEXIST)
        return tl::unexpected<int>(made.error());
    const auto turn = layer.lock_folder(all, true);  // nobody clears between making a folder and locking it
    if (!turn) return tl::unexpected<int>(turn.error());
    const auto names = layer.list(all);
    if (!names) return tl::unexpected<int>(names.error());
    for (const auto& name : *names)
        if (name.folder) clear(layer, all + "/" + name.name);
    const auto own = all + "/" + SystemRandom().token(9);
    if (const auto made = layer.make_folder(own); !made) return tl::unexpected<int>(made.error());
    auto lock = layer.lock_folder(own, true);
    if (!lock) return tl::unexpected<int>(lock.error());
    return std::make_unique<Scratch>(layer, own, std::move(*lock));
}

bool Scratch::there() const {
    const auto found = layer_.status(folder_);
    return found && found->folder;
}

Scratch::File Scratch::name() { return {layer_, folder_ + "/" + std::to_string(names_.fetch_add(1))}; }

}  // namespace cadre::blobs::files
