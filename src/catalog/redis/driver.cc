#include "catalog/redis/driver.h"

namespace cadre::catalog::redis {

using cadre::redis::Repeat;
using cadre::redis::Script;
using cadre::redis::ScriptCall;

Error incomplete() {
    Error error{Code::index_incomplete, "The library's index is being rebuilt. Try again in a moment."};
    error.retry_after = std::chrono::seconds(5);
    return error;
}

ScriptCall safe_call(const Script& script, std::vector<std::string> keys, std::vector<std::string> arguments) {
    return {&script, std::move(keys), std::move(arguments), Repeat::safe};
}

Driver::Driver(cadre::redis::Cluster& cluster, Options options, const Clock& clock, Random& random)
    : cluster_(cluster),
      layout_(std::move(options.prefix), options.declared),
      rows_per_bucket_(options.rows_per_bucket),
      clock_(clock),
      random_(random),
      watched_(pack_watched(options.declared.decided_by())),
      months_(clock) {}

std::unique_ptr<Catalog> open(cadre::redis::Cluster& cluster, Options options, const Clock& clock, Random& random) {
    return std::make_unique<Driver>(cluster, std::move(options), clock, random);
}

}  // namespace cadre::catalog::redis
