// Runs the example shop as a process: `node .build/docs/examples/shop/run-shop.js`.

import { runShop } from './shop-service.ts'

runShop(process.env)
