# Build: compile TypeScript; run: production packages only, an ordinary user, a health check.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The platform packages of the compiler and of the pictures are optional ones, so all are installed here.
RUN npm ci
COPY tsconfig.json tsconfig.build.json build.mjs ./
COPY src src
COPY commands commands
COPY runbooks runbooks
RUN npm run build && npm prune --omit=dev && rm -rf node_modules/local-slack-linux-x64

FROM node:24-slim
ENV NODE_ENV=production TRUNKLINE_CONFIG=/etc/trunkline/trunkline.yml
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
USER node
EXPOSE 9187
# The health server listens where `http:` in the configuration says; 127.0.0.1:9187 is its default.
HEALTHCHECK --interval=15s --timeout=3s --start-period=20s CMD ["node", "-e", "fetch('http://127.0.0.1:9187/healthz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/src/main.js"]
CMD ["start"]
