/** These are the scripts for conversations; what they stand on is in `redis-scripts.ts`. */
export const conversationScripts = {
  /** Takes the value. */
  createConversation: `
redis.call('HSET', key('conversation'), 'value', A[1], 'next', 0)
redis.call('PEXPIRE', key('conversation'), ttl)
return 1`,

  /** Takes the value. */
  updateConversation: `
if redis.call('EXISTS', key('conversation')) == 0 then return 0 end
redis.call('HSET', key('conversation'), 'value', A[1])
return 1`,

  deleteConversation: `
redis.call('UNLINK', key('order'), key('items'))
return redis.call('DEL', key('conversation'))`,

  /** Takes item id and value each. */
  appendItems: `return join_conversation(id, 1)`,

  /** Takes order, after, most, most bytes. Gives whether there are more, and values. */
  pageItems: `
if redis.call('EXISTS', key('conversation')) == 0 then return false end
local ascending, start = A[1] == 'asc', 0
if A[2] ~= '' then
  local rank = redis.call(ascending and 'ZRANK' or 'ZREVRANK', key('order'), A[2])
  if not rank then return false end
  start = rank + 1
end
local last = start + tonumber(A[3])
local found = redis.call(ascending and 'ZRANGE' or 'ZREVRANGE', key('order'), start, last)
local page, bytes = {}, 0
for i = 1, math.min(#found, tonumber(A[3])) do
  if bytes >= tonumber(A[4]) then break end
  page[i] = found[i]
  bytes = bytes + redis.call('HSTRLEN', key('items'), found[i])
end
return { #found > #page and 1 or 0, values_of(page) }`,

  /** Takes most bytes. Gives all values; their bytes when they are too many. */
  allItems: `
if redis.call('EXISTS', key('conversation')) == 0 then return false end
local found, bytes = redis.call('ZRANGE', key('order'), 0, -1), 0
for _, item in ipairs(found) do bytes = bytes + redis.call('HSTRLEN', key('items'), item) end
return bytes <= tonumber(A[1]) and values_of(found) or bytes`,

  /** Takes the item id. */
  deleteItem: `
redis.call('ZREM', key('order'), A[1])
return redis.call('HDEL', key('items'), A[1])`,
} as const;
