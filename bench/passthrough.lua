-- wrk script: GET log.txt of each device in turn; FL_URIS names a file with the
-- path of one uri per line.
local paths = {}
for line in io.lines(os.getenv("FL_URIS")) do
	paths[#paths + 1] = line .. "log.txt"
end
local i = math.random(#paths)

request = function()
	i = i % #paths + 1
	return wrk.format("GET", paths[i])
end
