/**
 * What is told of one cluster's leader is told in order, and so is what is wrong beside it: each is a line. A signal waits for the
 * older ones of its line that are not told yet, whichever incidents they belong to. So it goes to the bot that tells those; when
 * that bot died, TAKE_LUA hands all of them out in order. `before` gives the incident of the oldest untold one that is older than `id`.
 */
export const ORDER_LUA = `
local function outboxOf(base, outbox)
  local untold = {}
  for _, id in ipairs(redis.call('ZRANGE', outbox, 0, -1)) do
    local of = redis.call('HMGET', base .. ':signal:' .. id, 'line', 'incident')
    if of[1] and of[2] then untold[#untold + 1] = {id = id, line = of[1], incident = of[2]} end
  end
  return untold
end
local function before(untold, line, id)
  for _, other in ipairs(untold) do
    if other.id == id then return nil end
    if other.line == line and string.sub(other.incident, 1, 4) ~= 'run:' then return other.incident end
  end
  return nil
end
local function verdict(base, untold, of, bot, ms)
  local earlier = string.sub(of.incident, 1, 4) ~= 'run:' and before(untold, of.line, of.id)
  if not earlier then return owner(base, of.incident, bot, ms) end
  local holder = redis.call('GET', base .. ':owner:' .. earlier)
  if holder == bot then return owner(base, of.incident, bot, ms) end
  if holder then
    local left = redis.call('PTTL', base .. ':owner:' .. earlier)
    redis.call('SET', base .. ':owner:' .. of.incident, holder, 'PX', math.max(left, 1), 'NX')
  end
  return 'theirs'
end
`;
