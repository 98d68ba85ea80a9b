-- wrk asks the requests of a file in turn, parted by zeros, and tells what came as a line of JSON.

local requests, at = {}, 0

function init(arguments)
   local file = assert(io.open(arguments[1], "rb"))
   local text = file:read("*a") .. "\0"
   file:close()
   local from = 1
   while from <= #text do
      local to = text:find("\0", from, true)
      requests[#requests + 1] = text:sub(from, to - 1)
      from = to + 1
   end
end

function request()
   at = at % #requests + 1
   return requests[at]
end

function done(summary, latency)
   local errors = summary.errors
   local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
   print(string.format(
      '{"requests": %d, "failed": %d, "seconds": %.6f, "median_ms": %.4f, "p99_ms": %.4f, "p999_ms": %.4f}',
      summary.requests, failed, summary.duration / 1e6, latency:percentile(50) / 1e3,
      latency:percentile(99) / 1e3, latency:percentile(99.9) / 1e3))
end
