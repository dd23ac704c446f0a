import { DOUBT_LUA } from './beat-lua.ts';
import { FLAP_LUA, FOLD_LUA } from './fold-lua.ts';
import { ORDER_LUA } from './order-lua.ts';

/** How long told signals and epochs are remembered: 30 days in milliseconds. */
const KEEP_MS = 30 * 24 * 3_600_000;

const OWNER = `
local function owner(base, incident, bot, ms)
  local key = base .. ':owner:' .. incident
  local now = redis.call('GET', key)
  if now and now ~= bot then return 'theirs' end
  redis.call('SET', key, bot, 'PX', ms)
  return 'ours'
end
`;

/**
 * ARGV: base, bot, ownerMs, clusterId, revision, atMs, changes, withinMs, n states, (cluster, json)..., n signals, (id, cluster, json,
 * opens, leaderless, epoch, run, missed, silent, heard, leadership, condition, key, joins, provides, rises, counts, seenAtMs)..., awayTold. `silent` and `heard` name the leader that a signal of that kind is about: bots
 * begin to probe at different times, so the ids differ, and only the first of each counts. One that is late may tell of a leadership that
 * is over: its silence counts once until it is heard again, whatever came after it. `condition` is raised or cleared, once each by `key`,
 * or worsened, once for each of its `rises`, else empty; `joins` and `provides` are JSON lists of roots. `counts` is 1 for a change that counts towards flapping, `alone` for one that does where it joins nothing: `changes` of them
 * within `withinMs` (0: never) become one incident. One that is new to the store may have been told while no bot reached it, so it is
 * looked up as well. `again` is 0 for what nobody can have told, 1 for what somebody may have told, 2 where somebody may be telling it
 * just now, as the bots could not agree on who does. Returns {json, incident, ours|theirs|told, again, after} for each signal; `after` names the untold ones of this bot
 * that come before it, one a line.
 */
export const COMMIT_LUA = `${OWNER}${ORDER_LUA}${DOUBT_LUA}${FOLD_LUA}${FLAP_LUA}
local base, bot, ownerMs, clusterId, revision, atMs = unpack(ARGV, 1, 6)
local limit, within = tonumber(ARGV[7]), tonumber(ARGV[8])
local known = redis.call('HMGET', KEYS[1], 'clusterId', 'revision', 'atMs')
local at = 9
local states = tonumber(ARGV[at])
if known[1] ~= clusterId then redis.call('DEL', KEYS[2]) end
local same = known[1] == clusterId and tonumber(known[2]) - tonumber(revision) or -1
local ahead = same > 0
for i = 1, states do
  if not ahead then redis.call('HSET', KEYS[2], ARGV[at + 1], ARGV[at + 2]) end
  at = at + 2
end
if not ahead and not (same == 0 and tonumber(known[3]) > tonumber(atMs)) then
  redis.call('HSET', KEYS[1], 'clusterId', clusterId, 'revision', revision, 'atMs', atMs, 'away', ARGV[#ARGV] .. ' ' .. atMs)
end
local signals = tonumber(ARGV[at + 1])
at = at + 1
local out = {}
local now = nowMs()
local doubt = signals > 0 and doubtful(base, now) or 0
local untold = signals > 0 and outboxOf(base, KEYS[3]) or {}
for i = 1, signals do
  local id, cluster, json, opens, leaderless, epoch, run, missed, silent, heard, leadership = unpack(ARGV, at + 1, at + 11)
  local condition, name, joins, provides, rises, counts, seenAtMs = unpack(ARGV, at + 12, at + 18)
  at = at + 18
  local key = base .. ':signal:' .. id
  local line = condition == '' and cluster or (cluster .. ' condition')
  local stored = redis.call('HMGET', key, 'json', 'incident', 'told')
  local openKey = base .. ':open:' .. cluster
  local open = redis.call('HMGET', openKey, 'incident', 'leaderless', 'silent', 'flapping')
  local raised = condition ~= '' and holder(base, cluster, name)
  local silence = open[3] or ''
  local epochKey = base .. ':epoch:' .. epoch
  local silenceKey = base .. ':silence:' .. leadership
  if stored[1] then
    local told, after = 'told', ''
    if not stored[3] then told, after = verdict(base, untold, {id = id, line = line, incident = stored[2]}, bot, ownerMs) end
    out[i] = {stored[1], stored[2], told, underWay(doubt, seenAtMs) and 2 or 1, after}
  elseif condition == 'raised' and raised then
    out[i] = {json, raised, 'told', 0, ''}
  elseif condition == 'worsened' and not (raised and tonumber(rises) > risesOf(base, cluster, name)) then
    out[i] = {json, raised or id, 'told', 0, ''}
  elseif condition == 'cleared' and not (raised and isOpen(base, raised)) then
    redis.call('HDEL', base .. ':raised:' .. cluster, name)
    out[i] = {json, raised or id, 'told', 0, ''}
  elseif missed == '1' and epoch ~= '' and redis.call('EXISTS', epochKey) == 1 then
    out[i] = {json, id, 'told', 0, ''}
  elseif (silent ~= '' and (silence == silent or redis.call('EXISTS', silenceKey) == 1)) or (heard ~= '' and silence ~= heard) then
    out[i] = {json, open[1] or id, 'told', 0, ''}
  else
    local incident = id
    if condition == 'worsened' and isOpen(base, raised) then
      incident = raised
      hold(base, cluster, name, raised, json)
    elseif condition == 'raised' or condition == 'worsened' then
      incident = raise(base, {id = id, cluster = cluster, key = name, json = json, joins = joins, provides = provides, atMs = atMs})
    elseif condition == 'cleared' then
      incident = raised
      drop(base, cluster, name, raised)
    elseif run ~= '' then
      incident = 'run:' .. run
    else
      local counting = counts == '1' or (counts == 'alone' and not open[1])
      local changes = counting and counted(base, cluster, id, tonumber(seenAtMs), limit, within) or 0
      local flaps = open[1] and open[4] == '1'
      if open[1] and (opens == '0' or open[2] == '1' or flaps) then incident = open[1] end
      if limit > 0 and (changes >= limit or (flaps and changes > 0)) then
        flaps = true
        json = string.sub(json, 1, -2) .. ',"flapping":' .. changes .. '}'
      end
      redis.call('HSET', openKey, 'incident', incident, 'leaderless', leaderless, 'silent', silent, 'flapping', flaps and '1' or '')
      local roots = cjson.decode(provides)
      roots[#roots + 1] = 'cluster:' .. cluster
      if open[1] and open[1] ~= incident then inherit(base, open[1], incident, atMs) end
      provide(base, incident, roots, atMs)
    end
    redis.call('HSET', key, 'json', json, 'incident', incident, 'line', line)
    redis.call('ZADD', KEYS[3], now + i / 1000, id)
    if epoch ~= '' then redis.call('SET', epochKey, id, 'PX', ${KEEP_MS}) end
    if silent ~= '' then redis.call('SET', silenceKey, id, 'PX', ${KEEP_MS}) end
    if heard ~= '' then redis.call('DEL', silenceKey) end
    local of = {id = id, line = line, incident = incident}
    local whose, after = verdict(base, untold, of, bot, ownerMs)
    out[i] = {json, incident, whose, underWay(doubt, seenAtMs) and 2 or (doubt > 0 and 1 or 0), after}
    untold[#untold + 1] = of
  end
end
return out
`;

/** ARGV: base, id, channel, ts. */
export const TOLD_LUA = `
local key = ARGV[1] .. ':signal:' .. ARGV[2]
redis.call('HSET', key, 'told', ARGV[3] .. ' ' .. ARGV[4])
redis.call('PEXPIRE', key, ${KEEP_MS})
redis.call('ZREM', KEYS[1], ARGV[2])
return 1
`;

/** ARGV: base, bot, ownerMs. Only what nobody else owns, so that the living are left alone; nothing before an older one of its line (ORDER_LUA). */
export const TAKE_LUA = `${DOUBT_LUA}
local base, bot, ms = ARGV[1], ARGV[2], ARGV[3]
local doubt = doubtful(base, nowMs())
local out = {}
local held = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, 199)) do
  local stored = redis.call('HMGET', base .. ':signal:' .. id, 'json', 'incident', 'line')
  if not stored[1] then
    redis.call('ZREM', KEYS[1], id)
  else
    local key = base .. ':owner:' .. stored[2]
    local holder = redis.call('GET', key)
    local line = string.sub(stored[2], 1, 4) ~= 'run:' and stored[3]
    if holder and holder ~= bot then
      if line then held[line] = true end
    elseif not (line and held[line]) then
      redis.call('SET', key, bot, 'PX', ms)
      local isUnderWay = doubt > 0 and underWay(doubt, cjson.decode(stored[1]).atMs)
      out[#out + 1] = {stored[1], stored[2], 'ours', isUnderWay and 2 or 1, ''}
    end
  end
end
return out
`;

/** ARGV: base, bot, incidents... Nobody owns them any more where this bot did. */
export const GIVE_LUA = `
for i = 3, #ARGV do
  local key = ARGV[1] .. ':owner:' .. ARGV[i]
  if redis.call('GET', key) == ARGV[2] then redis.call('DEL', key) end
end
return 1
`;

/** ARGV: base, bot, ownerMs, incidents... Returns those that another bot owns. */
export const RENEW_LUA = `${OWNER}
local lost = {}
for i = 4, #ARGV do
  if owner(ARGV[1], ARGV[i], ARGV[2], ARGV[3]) == 'theirs' then lost[#lost + 1] = ARGV[i] end
end
return lost
`;

/**
 * KEYS: the cluster's open incident. ARGV: the incident that closes, base, 1 for only when no condition of it lasts; another one stays.
 * What is raised still clears without a word.
 */
export const CLOSE_LUA = `${FOLD_LUA}
if ARGV[3] == '1' and redis.call('SCARD', ARGV[2] .. ':held:' .. ARGV[1]) > 0 then return 0 end
forget(ARGV[2], ARGV[1])
if redis.call('HGET', KEYS[1], 'incident') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`;
