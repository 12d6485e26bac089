/**
 * These are the scripts for files; what they stand on is in `redis-scripts.ts`. A file has the keys `file:OWNER:ID` (hash of value,
 * purpose) once it is finished, and `pieces:OWNER:ID` (hash); its owner has `files:OWNER` (sorted set of ids in their order).
 * All files have `file_bytes` (hash by owner and id, there from the beginning to the end), `file_usage` (hash of the bytes and
 * number of an owner's files, and of all), `file_expiry` (sorted set) and `file_next`.
 */
export const filePrelude = `
local file, pieces, own = key('file'), key('pieces'), prefix .. 'files:' .. owner
local sizes, usage, expiry = prefix .. 'file_bytes', prefix .. 'file_usage', prefix .. 'file_expiry'

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function count_file(of, files, bytes)
  for _, who in ipairs({ of, 'all' }) do
    local left = redis.call('HINCRBY', usage, 'files:' .. who, files)
    redis.call('HINCRBY', usage, 'bytes:' .. who, bytes)
    if left == 0 then redis.call('HDEL', usage, 'files:' .. who, 'bytes:' .. who) end
  end
end

local function drop_file(of, name)
  local member = of .. ' ' .. name
  local bytes = redis.call('HGET', sizes, member)
  if not bytes then return end
  redis.call('HDEL', sizes, member)
  redis.call('ZREM', expiry, member)
  redis.call('ZREM', prefix .. 'files:' .. of, name)
  redis.call('UNLINK', prefix .. 'file:' .. of .. ':' .. name, prefix .. 'pieces:' .. of .. ':' .. name)
  count_file(of, -1, 0 - tonumber(bytes))
end

local function drop_expired(most)
  local found = redis.call('ZRANGEBYSCORE', expiry, '-inf', now(), 'LIMIT', 0, most)
  for _, member in ipairs(found) do
    local of, name = string.match(member, '^(%S+) (%S+)$')
    drop_file(of, name)
  end
  return #found
end

local function is_living()
  local at = redis.call('ZSCORE', expiry, owner .. ' ' .. id)
  return at and tonumber(at) > now()
end

local function is_unfinished() return is_living() and redis.call('EXISTS', file) == 0 end
local function is_finished() return is_living() and redis.call('EXISTS', file) == 1 end

local function used(of)
  local found = redis.call('HMGET', usage, 'files:' .. of, 'bytes:' .. of)
  return tonumber(found[1] or 0), tonumber(found[2] or 0)
end

local function lease(at)
  redis.call('ZADD', expiry, at, owner .. ' ' .. id)
  redis.call('PEXPIREAT', pieces, at)
end
`;

/** Takes more files, more bytes, and the limits: files and bytes of the owner, bytes of all, bytes that each file counts beside. */
const refusal = (from: number): string => `
local files, bytes = used(owner)
local all_files, all_bytes = used('all')
local more_files, more_bytes = tonumber(A[${from}]), tonumber(A[${from + 1}])
local each = tonumber(A[${from + 5}])
files, all_files = files + more_files, all_files + more_files
if files > tonumber(A[${from + 2}]) then return 'ownerFiles' end
if bytes + more_bytes + each * files > tonumber(A[${from + 3}]) then return 'ownerBytes' end
if all_bytes + more_bytes + each * all_files > tonumber(A[${from + 4}]) then return 'totalBytes' end`;

export const fileScripts = {
  /** Takes how long it may go without a piece, then what `refusal` takes. */
  beginFile: `
drop_expired(100)
${refusal(2)}
redis.call('ZADD', own, redis.call('INCR', prefix .. 'file_next'), id)
redis.call('HSET', sizes, owner .. ' ' .. id, 0)
count_file(owner, 1, 0)
lease(now() + tonumber(A[1]))
return 1`,

  /** Takes how long it may go without a piece, place, piece, then what `refusal` takes. */
  appendFile: `
if not is_unfinished() then return 0 end
${refusal(4)}
redis.call('HSET', pieces, A[2], A[3])
redis.call('HINCRBY', sizes, owner .. ' ' .. id, more_bytes)
count_file(owner, 0, more_bytes)
lease(now() + tonumber(A[1]))
return 1`,

  /** Takes value, purpose, expiry. */
  finishFile: `
if not is_unfinished() then return 0 end
redis.call('HSET', file, 'value', A[1], 'purpose', A[2])
lease(tonumber(A[3]))
redis.call('PEXPIREAT', file, A[3])
return 1`,

  findFile: `return is_finished() and redis.call('HGET', file, 'value')`,

  /** Takes place. */
  readFile: `return is_finished() and redis.call('HGET', pieces, A[1])`,

  /** Takes order, limit, purpose; the id is the one that the page begins behind, or empty. Gives whether there are more, and values. */
  pageFiles: `
local ascending, start = A[1] == 'asc', 0
if id ~= '' then
  local rank = is_finished() and redis.call(ascending and 'ZRANK' or 'ZREVRANK', own, id)
  if not rank then return false end
  start = rank + 1
end
local values, most, more = {}, tonumber(A[2]), 0
for _, name in ipairs(redis.call(ascending and 'ZRANGE' or 'ZREVRANGE', own, start, -1)) do
  local found = redis.call('HMGET', key('file', name), 'value', 'purpose')
  if found[1] and (A[3] == '' or found[2] == A[3]) then
    if #values == most then more = 1 break end
    values[#values + 1] = found[1]
  end
end
return { more, values }`,

  deleteFile: `
local there = is_living()
drop_file(owner, id)
return there and 1 or 0`,

  /** Takes most. Gives how many there were. */
  sweepFiles: `return drop_expired(tonumber(A[1]))`,
} as const;
