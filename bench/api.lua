-- wrk script: POST one JSON message with an API key.
--	FL_KEY=flk_... FL_BODY='{"mt":...}' wrk -s api.lua URL
-- FL_DEVICES=N asks GetDevice for one of N imported devices at random.
-- Prints "refused: N", since a rate of refusals is no rate.
local devices = tonumber(os.getenv("FL_DEVICES") or "0")
local body = os.getenv("FL_BODY") or ""
local threads = {}

wrk.method = "POST"
wrk.headers["Authorization"] = "Bearer " .. (os.getenv("FL_KEY") or "")
wrk.headers["Content-Type"] = "application/json"

function setup(thread)
	threads[#threads + 1] = thread
end

function init(args)
	bad = 0
	math.randomseed(os.time())
end

function request()
	if devices > 0 then
		body = string.format('{"mt":"GetDevice","hwId":"00b0%08x"}',
			math.random(0, devices - 1))
	end
	return wrk.format(nil, nil, nil, body)
end

function response(status, headers, text)
	if status ~= 200 or not string.find(text, 'Result"', 1, true)
		or string.find(text, '"error"', 1, true) then
		bad = bad + 1
	end
end

function done(summary, latency, requests)
	local sum = 0
	for _, thread in ipairs(threads) do
		sum = sum + thread:get("bad")
	end
	io.write("refused: ", sum, "\n")
end
