// One service as a container app. A single revision at a time: what works on the bus is told apart by leases, not by shares of traffic. Old and
// new copies overlap while one is exchanged, and the platform may add some; which of them works, the bus decides.
param prefix string
param location string
param tags object
@description('What topology.json says of it.')
param service object
param environmentId string
param image string
param run string
param ingest string
param shards int
param busUrl string
param vaultUri string
param storageName string
param postgresHost string
param identityId string
param identityName string
param identityClientId string
param collectorUrl string
param consoleAddresses array
param consoleClientId string
param consoleUrl string
@description('Names of the people who may command at the console, as its issuer has them: whom the services trust its key for.')
param operators array

var secrets = [for secret in service.secrets: { name: secret.name, keyVaultUrl: '${vaultUri}secrets/${secret.name}', identity: identityId }]
var isWeb = service.?isWeb ?? false
var environmentOf = union(
  {
    AZURE_CLIENT_ID: identityClientId
    NATS_URL: busUrl
    AITRADER_RUN: run
    AITRADER_BUS_KEY: '/secrets/bus.nk'
    AITRADER_BUS_CA: '/secrets/ca.pem'
    AITRADER_HEALTH_PORT: '8080'
    AITRADER_HEALTH_HOST: '0.0.0.0'
    AITRADER_HOME: '/tmp/home'
    AITRADER_TRUSTED_KEYS: '/secrets/trusted'
    OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl
    OTEL_SERVICE_NAME: service.name
  },
  service.environment,
  // without the name of one file, a key is looked for by who connects
  service.needs.operator ? { AITRADER_BUS_KEYS: '/secrets' } : {},
  service.needs.commands ? { AITRADER_OPERATOR_KEY: 'keyvault:${vaultUri}secrets/${service.name}-key' } : {},
  service.needs.records ? { AITRADER_HOME_KEPT: 'azure://${storageName}/records' } : {},
  service.needs.bars ? { AITRADER_INGEST: ingest } : {},
  service.needs.orderKey ? { AITRADER_RISK_KEY: 'keyvault:${vaultUri}secrets/risk-key' } : {},
  // by reference: the broker's keys are read by execution itself, and stand in no environment
  service.needs.broker
    ? {
        APCA_API_KEY_ID: 'keyvault:${vaultUri}secrets/broker-key-id'
        APCA_API_SECRET_KEY: 'keyvault:${vaultUri}secrets/broker-secret-key'
      }
    : {},
  service.needs.vendor
    ? {
        APCA_API_KEY_ID: 'keyvault:${vaultUri}secrets/vendor-key-id'
        APCA_API_SECRET_KEY: 'keyvault:${vaultUri}secrets/vendor-secret-key'
      }
    : {},
  service.needs.database ? { DATABASE_URL: 'postgres://${identityName}@${postgresHost}:5432/aitrader?sslmode=verify-full' } : {},
  service.needs.anchors
    ? { AITRADER_ANCHORS: 'azure://${storageName}/anchors', AITRADER_ANCHOR_KEY: 'keyvault:${vaultUri}secrets/anchor-key' }
    : {},
  isWeb
    ? {
        AITRADER_CONSOLE_HOST: '0.0.0.0'
        AITRADER_CONSOLE_PORT: '8080'
        AITRADER_CONSOLE_URL: consoleUrl
        AITRADER_CONSOLE_SECOND: 'always'
        AITRADER_OIDC_ISSUER: '${az.environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        AITRADER_OIDC_CLIENT_ID: consoleClientId
        AITRADER_OIDC_CLIENT_SECRET: 'keyvault:${vaultUri}secrets/console-client-secret'
      }
    : {}
)
// A stage of the shards follows the clock of the market, never more copies than shards; what decides for the account has one that works and
// one that stands by.
var replicasMax = service.per == 'shard' ? min(shards, service.scale.replicasMax) : service.scale.replicasMax
var replicasMin = min(replicasMax, service.scale.replicasMin)

resource app 'Microsoft.App/containerApps@2025-01-01' = {
  name: '${prefix}-${service.name}'
  location: location
  tags: union(tags, { service: service.name })
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    environmentId: environmentId
    workloadProfileName: service.workload
    configuration: {
      activeRevisionsMode: isWeb ? 'Multiple' : 'Single'
      secrets: secrets
      ingress: isWeb
        ? {
            external: true
            targetPort: 8080
            transport: 'http'
            allowInsecure: false
            clientCertificateMode: 'ignore'
            ipSecurityRestrictions: [
              for (address, place) in consoleAddresses: { name: 'console-${place}', ipAddressRange: address, action: 'Allow' }
            ]
          }
        : null
    }
    template: {
      terminationGracePeriodSeconds: 30
      containers: [
        {
          name: service.name
          image: image
          command: ['/app/node_modules/.bin/node']
          args: map(service.arguments, argument => replace(replace(argument, '@RUN@', run), '@STORAGE@', storageName))
          env: [for variable in items(environmentOf): { name: variable.key, value: variable.value }]
          resources: { cpu: json(service.resources.cpu), memory: service.resources.memory }
          volumeMounts: [{ volumeName: 'secrets', mountPath: '/secrets' }, { volumeName: 'scratch', mountPath: '/tmp' }]
          probes: service.health == null
            ? []
            : [
                { type: 'Startup', httpGet: { path: service.health, port: 8080 }, periodSeconds: 2, failureThreshold: 120, timeoutSeconds: 2 }
                { type: 'Liveness', httpGet: { path: service.health, port: 8080 }, periodSeconds: 10, failureThreshold: 6, timeoutSeconds: 5 }
                { type: 'Readiness', httpGet: { path: service.health, port: 8080 }, periodSeconds: 5, failureThreshold: 3, timeoutSeconds: 5 }
              ]
        }
      ]
      volumes: [
        {
          name: 'secrets'
          storageType: 'Secret'
          secrets: concat(
            map(service.secrets, secret => { secretRef: secret.name, path: secret.path }),
            map(operators, name => { secretRef: 'trusted-console', path: 'trusted/operators/${name}.pub' })
          )
        }
        { name: 'scratch', storageType: 'EmptyDir' }
      ]
      scale: {
        minReplicas: replicasMin
        maxReplicas: replicasMax
        rules: service.scale.rule == null
          ? []
          : [
              {
                name: 'market-hours'
                custom: { type: 'cron', metadata: union(service.scale.rule, { desiredReplicas: string(replicasMax) }) }
              }
            ]
      }
    }
  }
}

output id string = app.id
