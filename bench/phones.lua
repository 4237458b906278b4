-- wrk script: what phones of other vendors ask for.
-- FL_URIS names a file with a path and a User-Agent of one phone per line, with a
-- tab between; they are asked in turn.  FL_SCAN is the folder of a tenant key
-- instead: MAC addresses at random, and names that many phones ask for.
-- FL_STATUS is what is right to answer.  Prints "refused: N", else.
local scan = os.getenv("FL_SCAN")
local right = tonumber(os.getenv("FL_STATUS"))
local requests, threads = {}, {}
local common = {"y000000000000.cfg", "y000000000028.cfg", "snom320.htm",
	"snom320-%s.htm", "%s.cfg", "%s.boot", "cfg%s.xml", "cfg%s", "%s-phone.cfg",
	"aastra.cfg", "SEP%s.cnf.xml", "spa%s.xml", "f0C00620000000.cfg",
	"000000000000.cfg", "snom320.xml", "passwd", "index.php"}
local vendors = {"001565", "000413", "000b82", "0004f2", "00085d", "00a859"}

function setup(thread)
	threads[#threads + 1] = thread
	thread:set("number", #threads)
end

function init(args)
	bad = 0
	math.randomseed(os.time() + number)
	if scan then
		return
	end
	for line in io.lines(os.getenv("FL_URIS")) do
		local path, agent = line:match("^([^\t]*)\t(.*)$")
		requests[#requests + 1] = wrk.format("GET", path,
			{["Host"] = "phones", ["User-Agent"] = agent})
	end
	at = math.random(#requests)
end

local function guess()
	local mac = string.format("%s%06x", vendors[math.random(#vendors)],
		math.random(0, 0xffffff))
	local name = common[math.random(#common)]
	return wrk.format("GET", scan .. name:gsub("%%s", mac),
		{["Host"] = "phones", ["User-Agent"] = "Mozilla/5.0"})
end

function request()
	if scan then
		return guess()
	end
	at = at % #requests + 1
	return requests[at]
end

function response(status, headers, text)
	if status ~= right or (scan and text ~= "not found\n") then
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
