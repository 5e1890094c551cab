// Stands in for a cadre-decode whose process a picture has taken over. What it does is written in the "picture".
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "media/protocol.h"

namespace {

using cadre::media::kDecoderSocket;

constexpr std::string_view kGoodAnswer =
    R"({"width":1,"height":1,"thumbhash":"AAAAAAAA","pixels":"AAAAAAAAAAAAAAAAAAAAAA","variants":)"
    R"([{"width":1,"height":1},{"width":1,"height":1},{"width":1,"height":1},{"width":1,"height":1}]})";

/// What comes before a wish, so that the server takes it for a picture (testing.h).
constexpr std::string_view kMagicOfWishes = "GIF89a";

constexpr std::string_view kGoodProbe = R"({"format":"png","width":2,"height":3,"metadata":{}})";

void say(std::string_view answer) { (void)::send(kDecoderSocket, answer.data(), answer.size(), MSG_NOSIGNAL); }

std::string receive(std::vector<int>& descriptors) {
    cadre::media::Request request;
    iovec part{&request, sizeof request};
    alignas(cmsghdr) std::array<char, 256> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(kDecoderSocket, &message, 0) <= 0) ::_exit(0);
    const cmsghdr* const header = CMSG_FIRSTHDR(&message);
    descriptors.resize((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    std::memcpy(descriptors.data(), CMSG_DATA(header), descriptors.size() * sizeof(int));
    std::string text(200, '\0');
    text.resize(static_cast<std::size_t>(::pread(descriptors[0], text.data(), text.size(), 0)));
    return text.substr(kMagicOfWishes.size());
}

/// Whether it is the first of all processes to come by here.
bool is_first(const std::string& path) {
    const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file >= 0) ::close(file);
    return file >= 0;
}

void act(const std::string& wish, const std::vector<int>& descriptors, bool used) {
    constexpr std::string_view kKillFirst = "kill first ";
    if (wish == "kill") ::raise(SIGKILL);
    if (wish == "out of time") ::raise(SIGXCPU);
    if (wish == "no sandbox") ::_exit(cadre::media::kExitNoSandbox);
    if (wish == "crash if used" && used) ::raise(SIGSEGV);
    if (wish.starts_with(kKillFirst) && is_first(wish.substr(kKillFirst.size()))) ::raise(SIGKILL);
    if (wish == "crash if used" || wish.starts_with(kKillFirst))
        say(descriptors.size() == 1 ? kGoodProbe : kGoodAnswer);
    if (wish == "hang") ::pause();
    if (wish == "exit") ::_exit(0);
    if (wish == "crash") ::raise(SIGSEGV);
    if (wish == "huge") say(std::string(150'000, '['));
    if (wish == "write") say(::write(descriptors[0], "X", 1) < 0 ? R"({"refused":"raw"})" : R"({"refused":"damaged"})");
    if (wish == "empty files") say(kGoodAnswer);
    if (wish == "mapped") {
        for (std::size_t i = 1; i < descriptors.size(); ++i) {
            (void)!::ftruncate(descriptors[i], 4096);
            (void)::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptors[i], 0);
        }
        say(kGoodAnswer);
    }
    if (wish.starts_with("say ")) say(std::string_view(wish).substr(4));
}

}  // namespace

int main() {
    for (bool used = false;; used = true) {
        std::vector<int> descriptors;
        const std::string wish = receive(descriptors);
        act(wish, descriptors, used);
        for (const int descriptor : descriptors) ::close(descriptor);
    }
}
