/** No bot reached the store for so long (milliseconds): what they told meanwhile is not noted here. */
const SILENT_MS = 3000;
/** So long after that (milliseconds) what is new may have been told by a bot that could not note it. */
const DOUBT_MS = 15_000;
/** What was seen later than so long (milliseconds) after the store was back is noted by every bot that lives, before it is told. */
const BACK_MS = 3000;

/**
 * The server's clock, for those of the bots differ; since when (0: not) bots may have told what the store does not know; and whether one
 * may be telling just now what was seen at that time.
 */
export const DOUBT_LUA = `
local function nowMs()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
end
local function doubtful(base, now)
  local beat = redis.call('GET', base .. ':beat')
  if beat and now - tonumber(beat) > ${SILENT_MS} then
    redis.call('SET', base .. ':doubt', string.format('%.0f', now), 'PX', ${DOUBT_MS})
  end
  return tonumber(redis.call('GET', base .. ':doubt') or 0)
end
local function underWay(doubt, seenAtMs)
  return doubt > 0 and tonumber(seenAtMs) <= doubt + ${BACK_MS}
end
`;

/** ARGV: base, bot, milliseconds that a bot counts after its last beat. Returns the bot's place among those that count. */
export const BEAT_LUA = `${DOUBT_LUA}
local base, bot, lives = ARGV[1], ARGV[2], tonumber(ARGV[3])
local now = nowMs()
doubtful(base, now)
redis.call('SET', base .. ':beat', string.format('%.0f', now))
redis.call('ZADD', KEYS[1], now, bot)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - lives)
local place = 0
for _, other in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if other < bot then place = place + 1 end
end
return place
`;
