#include "decode/mapping.h"

#include <sys/mman.h>
#include <unistd.h>

#include <new>

namespace cadre::decode {

Mapping::Mapping(int fd) {
    const off_t end = ::lseek(fd, 0, SEEK_END);
    if (end <= 0) return;
    const auto size = static_cast<std::size_t>(end);
    // More pages than the file has, and then the file over the first ones.
    reserved_ = size + kZerosBehind;
    constexpr int kAccess = PROT_READ | PROT_WRITE;
    void* const start = ::mmap(nullptr, reserved_, kAccess, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED) throw std::bad_alloc();
    if (::mmap(start, size, kAccess, MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, fd, 0) == MAP_FAILED) {
        ::munmap(start, reserved_);
        throw std::bad_alloc();
    }
    bytes_ = {static_cast<std::uint8_t*>(start), size};
}

Mapping::~Mapping() {
    if (!bytes_.empty()) ::munmap(bytes_.data(), reserved_);
}

}  // namespace cadre::decode
