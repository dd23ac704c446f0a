/**
 * What is told of one cluster's leader is told in order, and so is what is wrong beside it: each is a line. A signal waits for the
 * older ones of its line that are not told yet, whichever incidents they belong to. So it goes to the bot that tells those; when
 * that bot died, TAKE_LUA hands all of them out in order. `before` gives the untold ones that are older than `id`, oldest first.
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
local function before(untold, of)
  local found = {}
  if string.sub(of.incident, 1, 4) == 'run:' then return found end
  for _, other in ipairs(untold) do
    if other.id == of.id then return found end
    if other.line == of.line and string.sub(other.incident, 1, 4) ~= 'run:' then found[#found + 1] = other end
  end
  return found
end
local function verdict(base, untold, of, bot, ms)
  local earlier = before(untold, of)
  if not earlier[1] then return owner(base, of.incident, bot, ms), '' end
  local key = base .. ':owner:' .. earlier[1].incident
  local holder = redis.call('GET', key)
  if holder == bot then
    local ids = {}
    for _, other in ipairs(earlier) do ids[#ids + 1] = other.id end
    return owner(base, of.incident, bot, ms), table.concat(ids, '\\n')
  end
  if holder then
    redis.call('SET', base .. ':owner:' .. of.incident, holder, 'PX', math.max(redis.call('PTTL', key), 1), 'NX')
  end
  return 'theirs', ''
end
`;
