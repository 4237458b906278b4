-- wrk script: POST one JSON message with an API key.
--	FL_KEY=flk_... FL_BODY='{"mt":...}' wrk -s api.lua URL
-- FL_DEVICES=N asks GetDevice for one of N imported devices at random.
local devices = tonumber(os.getenv("FL_DEVICES") or "0")
local body = os.getenv("FL_BODY") or ""
local bad = 0

wrk.method = "POST"
wrk.headers["Authorization"] = "Bearer " .. (os.getenv("FL_KEY") or "")
wrk.headers["Content-Type"] = "application/json"

request = function()
	if devices > 0 then
		body = string.format('{"mt":"GetDevice","hwId":"00b0%08x"}',
			math.random(0, devices - 1))
	end
	return wrk.format(nil, nil, nil, body)
end

-- A rate of refusals is no rate: look at each answer.
response = function(status, headers, text)
	if status ~= 200 or string.find(text, '"error"', 1, true) then
		bad = bad + 1
		if bad == 1 then
			io.stderr:write("refused: ", status, " ", text, "\n")
		end
	end
end
