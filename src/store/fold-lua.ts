/** A root that comes later than this takes over what seemed to stand alone before it: 15 minutes in milliseconds. */
const LATER_MS = 15 * 60_000;

/**
 * Which incident holds a condition, and what belongs together. Keys, below the base:
 * `raised:CLUSTER` key -> incident, newline, signal; `held:INCIDENT` the conditions raised in it (cluster, newline, key);
 * `roots:INCIDENT` what it provides, with an empty one, for as long as it is open; `root:ROOT` the open incidents that provide it, the first
 * first; `wants:ROOT` the incidents that conditions opened because nobody provided it, by time; `wanted:INCIDENT` those roots;
 * `acts:INCIDENT` what its owner is to fold in.
 */
export const FOLD_LUA = `
local function isOpen(base, incident)
  return redis.call('EXISTS', base .. ':roots:' .. incident) == 1
end
local function halves(text)
  local cut = string.find(text, '\\n', 1, true)
  return string.sub(text, 1, cut - 1), string.sub(text, cut + 1)
end
local function holder(base, cluster, key)
  local held = redis.call('HGET', base .. ':raised:' .. cluster, key)
  if held then return (halves(held)) end
end
local function risesOf(base, cluster, key)
  local _, json = halves(redis.call('HGET', base .. ':raised:' .. cluster, key))
  return cjson.decode(json).condition.rises or 0
end
local function hold(base, cluster, key, incident, json)
  redis.call('HSET', base .. ':raised:' .. cluster, key, incident .. '\\n' .. json)
  redis.call('SADD', base .. ':held:' .. incident, cluster .. '\\n' .. key)
end
local function drop(base, cluster, key, incident)
  redis.call('HDEL', base .. ':raised:' .. cluster, key)
  redis.call('SREM', base .. ':held:' .. incident, cluster .. '\\n' .. key)
end
local function forget(base, incident)
  for _, root in ipairs(redis.call('SMEMBERS', base .. ':roots:' .. incident)) do
    redis.call('ZREM', base .. ':root:' .. root, incident)
  end
  for _, root in ipairs(redis.call('SMEMBERS', base .. ':wanted:' .. incident)) do
    redis.call('ZREM', base .. ':wants:' .. root, incident)
  end
  redis.call('DEL', base .. ':roots:' .. incident, base .. ':wanted:' .. incident, base .. ':held:' .. incident)
end
local function offer(base, incident, roots, atMs)
  redis.call('SADD', base .. ':roots:' .. incident, '')
  for _, root in ipairs(roots) do
    redis.call('ZADD', base .. ':root:' .. root, 'NX', atMs, incident)
    redis.call('SADD', base .. ':roots:' .. incident, root)
  end
end
local function inherit(base, from, into, atMs)
  for _, entry in ipairs(redis.call('SMEMBERS', base .. ':held:' .. from)) do
    local cluster, key = halves(entry)
    local _, json = halves(redis.call('HGET', base .. ':raised:' .. cluster, key))
    hold(base, cluster, key, into, json)
    local act = '{"act":"absorb","atMs":' .. atMs .. ',"incident":' .. cjson.encode(from) .. ',"signal":' .. json .. '}'
    redis.call('RPUSH', base .. ':acts:' .. into, act)
  end
  redis.call('DEL', base .. ':held:' .. from)
  local roots = {}
  for _, root in ipairs(redis.call('SMEMBERS', base .. ':roots:' .. from)) do
    redis.call('ZREM', base .. ':root:' .. root, from)
    if root ~= '' then roots[#roots + 1] = root end
  end
  offer(base, into, roots, atMs)
end
local function provide(base, incident, roots, atMs)
  offer(base, incident, roots, atMs)
  for _, root in ipairs(roots) do
    local since = tonumber(atMs) - ${LATER_MS}
    for _, other in ipairs(redis.call('ZRANGEBYSCORE', base .. ':wants:' .. root, since, '+inf')) do
      if other ~= incident and isOpen(base, other) then
        inherit(base, other, incident, atMs)
        local act = '{"act":"absorbed","atMs":' .. atMs .. ',"into":' .. cjson.encode(incident) .. '}'
        redis.call('RPUSH', base .. ':acts:' .. other, act)
        forget(base, other)
      end
    end
  end
end
local function provider(base, joins)
  for _, root in ipairs(joins) do
    local first = redis.call('ZRANGE', base .. ':root:' .. root, 0, 0)[1]
    if first then return first end
  end
end
local function raise(base, c)
  local joins = cjson.decode(c.joins)
  local incident = provider(base, joins) or c.id
  hold(base, c.cluster, c.key, incident, c.json)
  provide(base, incident, cjson.decode(c.provides), c.atMs)
  if incident ~= c.id then return incident end
  for _, root in ipairs(joins) do
    redis.call('ZADD', base .. ':wants:' .. root, c.atMs, incident)
    redis.call('SADD', base .. ':wanted:' .. incident, root)
  end
  return incident
end
`;

/** `counted` adds a change of a cluster's leader and returns how many there were within the time. */
export const FLAP_LUA = `
local function counted(base, cluster, id, atMs, limit, within)
  if limit == 0 then return 0 end
  local key = base .. ':changes:' .. cluster
  redis.call('ZADD', key, atMs, id)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', atMs - within)
  redis.call('PEXPIRE', key, within)
  return redis.call('ZCARD', key)
end
`;
