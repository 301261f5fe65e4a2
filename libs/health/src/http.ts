export { HealthHttpModule } from './http/health-http.module.js';
export { serveMetrics } from './http/metrics.routes.js';
export { runningServer } from './http/running-server.js';
