// Work that is done and ends: refits, compaction, sweeps. The scheduler starts it, once a trading date; the platform's own clock knows no holidays.
param prefix string
param location string
param tags object
param service object
param environmentId string
param image string
param run string
param busUrl string
param vaultUri string
param storageName string
param postgresHost string
param identityId string
param identityName string
param identityClientId string

var secrets = [for secret in service.secrets: { name: secret.name, keyVaultUrl: '${vaultUri}secrets/${secret.name}', identity: identityId }]
var environmentOf = union(
  {
    AZURE_CLIENT_ID: identityClientId
    NATS_URL: busUrl
    AITRADER_RUN: run
    AITRADER_BUS_KEYS: '/secrets'
    AITRADER_BUS_CA: '/secrets/ca.pem'
    AITRADER_HOME: '/tmp/home'
  },
  service.needs.database ? { DATABASE_URL: 'postgres://${identityName}@${postgresHost}:5432/aitrader?sslmode=verify-full' } : {},
  service.needs.records ? { AITRADER_HOME_KEPT: 'azure://${storageName}/records' } : {}
)

resource job 'Microsoft.App/jobs@2025-01-01' = {
  name: '${prefix}-${service.name}'
  location: location
  tags: union(tags, { service: service.name })
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    environmentId: environmentId
    workloadProfileName: service.workload
    configuration: {
      triggerType: 'Manual'
      manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 }
      replicaTimeout: 14400
      // what may be done twice says so itself, and is begun again by the scheduler
      replicaRetryLimit: 0
      secrets: secrets
    }
    template: {
      containers: [
        {
          name: service.name
          image: image
          command: ['/app/node_modules/.bin/node']
          args: map(service.arguments, argument => replace(replace(argument, '@RUN@', run), '@STORAGE@', storageName))
          env: [for variable in items(environmentOf): { name: variable.key, value: variable.value }]
          resources: { cpu: json(service.resources.cpu), memory: service.resources.memory }
          volumeMounts: [{ volumeName: 'secrets', mountPath: '/secrets' }, { volumeName: 'scratch', mountPath: '/tmp' }]
        }
      ]
      volumes: [
        {
          name: 'secrets'
          storageType: 'Secret'
          secrets: [for secret in service.secrets: { secretRef: secret.name, path: secret.path }]
        }
        { name: 'scratch', storageType: 'EmptyDir' }
      ]
    }
  }
}

output id string = job.id
