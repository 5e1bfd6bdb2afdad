// What the launcher says once the shop of docs/shop.md is ready.

export const SHOP_STEPS: readonly string[] = [
  '  - Follow docs/shop.md in another terminal; its first step is:',
  '      curl -si http://localhost:3443/mcp/tools/booking'
]
