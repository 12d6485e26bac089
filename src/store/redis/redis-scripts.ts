import { conversationScripts } from './redis-conversation-scripts.js';
import { counterScripts } from './redis-counter-scripts.js';
import { filePrelude, fileScripts } from './redis-file-scripts.js';

/**
 * Redis does in one step each what these scripts say. Every script gets `prefix, owner, id, ttl` first, then its own arguments in `A`.
 *
 * The keys are `response:OWNER:ID` (hash), `events:OWNER:ID` (stream; an entry is a batch, its id the place after the batch),
 * `item:OWNER:ITEM` (the response that holds an output item), `thought:OWNER:KEY` (the id of its response, a space, the
 * thought), `conversation:OWNER:ID` (hash), `order:OWNER:ID` (sorted set of item ids), `items:OWNER:ID` (hash), `replicas` and
 * `runs:REPLICA` (sets), `lease:REPLICA`, `count:KEY`. They are computed inside the scripts, so this is for one Redis (or a primary with
 * replicas), not for Redis Cluster.
 */
const prelude = `
local prefix, owner, id, ttl = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local A = {}
for i = 5, #ARGV do A[i - 4] = ARGV[i] end
local function key(kind, name) return prefix .. kind .. ':' .. owner .. ':' .. (name or id) end
local response, events = key('response'), key('events')

local function running()
  local status = redis.call('HGET', response, 'status')
  return status == 'queued' or status == 'in_progress'
end

local function notice(change)
  redis.call('PUBLISH', prefix .. 'changes:' .. owner .. ':' .. id, change)
end

local function add_batch(first, count, batch)
  redis.call('XADD', events, string.format('%d-0', first + count), 'first', first, 'batch', batch)
  redis.call('PEXPIRE', events, ttl)
  redis.call('HSET', response, 'next', first + count)
end

local function leave_runs()
  local replica = redis.call('HGET', response, 'replica')
  if replica then redis.call('SREM', prefix .. 'runs:' .. replica, owner .. ' ' .. id) end
end

local function join_conversation(name, from)
  local conversation, order, items = key('conversation', name), key('order', name), key('items', name)
  if redis.call('EXISTS', conversation) == 0 then return 0 end
  for i = from, #A, 2 do
    if redis.call('HSETNX', items, A[i], A[i + 1]) == 1 then
      redis.call('ZADD', order, redis.call('HINCRBY', conversation, 'next', 1), A[i])
    end
  end
  redis.call('PEXPIRE', conversation, ttl)
  redis.call('PEXPIRE', order, ttl)
  redis.call('PEXPIRE', items, ttl)
  return 1
end

local function values_of(item_ids)
  local values = {}
  for i = 1, #item_ids, 1000 do
    local last = math.min(i + 999, #item_ids)
    for _, value in ipairs(redis.call('HMGET', key('items'), unpack(item_ids, i, last))) do
      values[#values + 1] = value
    end
  end
  return values
end
`;

const bodies = {
  /** Takes previous, status, replica, input, output, resource. */
  begin: `
redis.call('HSET', response, 'previous', A[1], 'status', A[2], 'replica', A[3],
  'input', A[4], 'output', A[5], 'resource', A[6], 'next', 0)
redis.call('PEXPIRE', response, ttl)
redis.call('SADD', prefix .. 'runs:' .. A[3], owner .. ' ' .. id)
redis.call('SADD', prefix .. 'replicas', A[3])
return 1`,

  /** Takes status, output, resource. */
  update: `
if not running() then return 0 end
redis.call('HSET', response, 'status', A[1], 'output', A[2], 'resource', A[3])
return 1`,

  /** Takes status, output, resource, item ids, event count, event batch, number of thoughts, key and value each, conversation, then item id and value each. */
  finish: `
if not running() then return 0 end
if A[5] ~= '0' then add_batch(tonumber(redis.call('HGET', response, 'next')), tonumber(A[5]), A[6]) end
redis.call('HSET', response, 'status', A[1], 'output', A[2], 'resource', A[3], 'items', A[4])
redis.call('PEXPIRE', response, ttl)
for item in string.gmatch(A[4], '%S+') do redis.call('SET', key('item', item), id, 'PX', ttl) end
local at, thoughts = 8 + 2 * tonumber(A[7]), {}
for i = 8, at - 2, 2 do
  thoughts[#thoughts + 1] = A[i]
  redis.call('SET', key('thought', A[i]), id .. ' ' .. A[i + 1], 'PX', ttl)
end
redis.call('HSET', response, 'thoughts', table.concat(thoughts, ' '))
if A[at] ~= '' then join_conversation(A[at], at + 1) end
leave_runs()
notice('over')
return 1`,

  delete: `
local items, thoughts = unpack(redis.call('HMGET', response, 'items', 'thoughts'))
leave_runs()
if redis.call('DEL', response) == 0 then return 0 end
redis.call('UNLINK', events)
for item in string.gmatch(items or '', '%S+') do redis.call('DEL', key('item', item)) end
for name in string.gmatch(thoughts or '', '%S+') do
  local thought = redis.call('GET', key('thought', name))
  if thought and string.sub(thought, 1, #id + 1) == id .. ' ' then redis.call('DEL', key('thought', name)) end
end
notice('over')
return 1`,

  /**
   * Takes the longest length, most bytes. Gives turns, newest first, each as id, status, input, output; nothing when a link is
   * missing; their bytes when they are too many.
   */
  chain: `
local turns, link, bytes, most = {}, id, 0, tonumber(A[2])
while link ~= '' do
  if #turns == tonumber(A[1]) then return 'too long' end
  local name = key('response', link)
  local turn = redis.call('HMGET', name, 'previous', 'status')
  if not turn[2] then return false end
  bytes = bytes + redis.call('HSTRLEN', name, 'input') + redis.call('HSTRLEN', name, 'output')
  local texts = bytes <= most and redis.call('HMGET', name, 'input', 'output') or {}
  turns[#turns + 1] = { link, turn[2], texts[1], texts[2] }
  link = turn[1]
end
return bytes <= most and turns or bytes`,

  /** Takes most bytes, item ids. Gives the outputs that hold them; their bytes when they are too many. */
  findItems: `
local outputs, seen, bytes, most = {}, {}, 0, tonumber(A[1])
for i = 2, #A do
  local holder = redis.call('GET', key('item', A[i]))
  if holder and not seen[holder] then
    seen[holder] = true
    bytes = bytes + redis.call('HSTRLEN', key('response', holder), 'output')
    local output = bytes <= most and redis.call('HGET', key('response', holder), 'output')
    if output then outputs[#outputs + 1] = output end
  end
end
return bytes <= most and outputs or bytes`,

  /** Takes first, count, batch. */
  append: `
if not running() then return 0 end
local first, count = tonumber(A[1]), tonumber(A[2])
if tonumber(redis.call('HGET', response, 'next')) < first + count then
  add_batch(first, count, A[3])
  notice('events')
end
return 1`,

  /** Takes place and most batches. Gives the status and the batches as first, batch. */
  read: `
local status = redis.call('HGET', response, 'status')
if not status then return false end
local batches = {}
local from = string.format('%d-0', tonumber(A[1]) + 1)
local bytes = 0
while #batches < tonumber(A[2]) and bytes < tonumber(A[3]) do
  local found = redis.call('XRANGE', events, from, '+', 'COUNT', 8)
  for _, entry in ipairs(found) do
    batches[#batches + 1] = { entry[2][2], entry[2][4] }
    bytes = bytes + #entry[2][4]
    from = '(' .. entry[1]
    if bytes >= tonumber(A[3]) then break end
  end
  if #found < 8 then break end
end
return { status, batches, #redis.call('XRANGE', events, from, '+', 'COUNT', 1) == 0 and 1 or 0 }`,

  /** Gives owner and id, separated by a space, of at most a hundred. */
  orphans: `
local found = {}
for _, replica in ipairs(redis.call('SMEMBERS', prefix .. 'replicas')) do
  if redis.call('EXISTS', prefix .. 'lease:' .. replica) == 0 then
    local runs = prefix .. 'runs:' .. replica
    for _, member in ipairs(redis.call('SRANDMEMBER', runs, 100)) do
      local of, name = string.match(member, '^(%S+) (%S+)$')
      if redis.call('EXISTS', prefix .. 'response:' .. of .. ':' .. name) == 1 then
        found[#found + 1] = member
      else
        redis.call('SREM', runs, member)
      end
    end
    if redis.call('SCARD', runs) == 0 then redis.call('SREM', prefix .. 'replicas', replica) end
    if #found >= 100 then break end
  end
end
return found`,

  ...conversationScripts,
  ...counterScripts,
  ...fileScripts,
} as const;

export type RedisScriptName = keyof typeof bodies;

export function redisScript(name: RedisScriptName): string {
  return prelude + (name in fileScripts ? filePrelude : '') + bodies[name];
}
