/** These scripts are of `count:KEY`; see redis-scripts.ts for what all of them begin with. */
export const counterScripts = {
  /** Takes key, amount and milliseconds to keep it, of each counter. Gives their values. */
  count: `
local values = {}
for i = 1, #A, 3 do
  local counter = prefix .. 'count:' .. A[i]
  values[#values + 1] = redis.call('INCRBY', counter, A[i + 1])
  redis.call('PEXPIRE', counter, A[i + 2])
end
return values`,
} as const;
