// The environment and its apps: one for each service of the topology, with its own identity, secrets and scale.
param prefix string
param location string
param tags object
param services array
param image string
param run string
param ingest string
param shards int
param subnetId string
param isInternal bool
param consoleAddresses array
param consoleClientId string
param operators array
param busUrl string
param busReplicas int
param vaultUri string
param storageName string
param postgresHost string
param ids object
param clientIds object
param workspaceId string
param collector object

resource environment 'Microsoft.App/managedEnvironments@2025-01-01' = {
  name: prefix
  location: location
  tags: tags
  properties: {
    vnetConfiguration: { infrastructureSubnetId: subnetId, internal: isInternal }
    zoneRedundant: busReplicas == 3
    workloadProfiles: [
      { name: 'Consumption', workloadProfileType: 'Consumption' }
      // the order path shares its processor with nobody else's
      { name: 'orders', workloadProfileType: 'D4', minimumCount: busReplicas == 3 ? 2 : 1, maximumCount: 3 }
    ]
    appLogsConfiguration: { destination: 'azure-monitor' }
    peerAuthentication: { mtls: { enabled: true } }
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'logs'
  scope: environment
  properties: { workspaceId: workspaceId, logs: [{ categoryGroup: 'allLogs', enabled: true }] }
}

module collectors 'app-collector.bicep' = {
  name: 'collector'
  params: {
    prefix: prefix
    location: location
    tags: tags
    environmentId: environment.id
    identityId: ids.collector
    identityClientId: clientIds.collector
    collector: collector
  }
}

module apps 'app.bicep' = [
  for service in filter(services, service => service.kind == 'app'): {
    name: 'app-${service.name}'
    params: {
      prefix: prefix
      location: location
      tags: tags
      service: service
      environmentId: environment.id
      image: image
      run: run
      ingest: ingest
      shards: shards
      busUrl: busUrl
      vaultUri: vaultUri
      storageName: storageName
      postgresHost: postgresHost
      identityId: ids[service.name]
      identityName: '${prefix}-${service.name}'
      identityClientId: clientIds[service.name]
      collectorUrl: 'http://${prefix}-collector:4318'
      consoleAddresses: consoleAddresses
      consoleClientId: consoleClientId
      operators: operators
      consoleUrl: 'https://${prefix}-console.${environment.properties.defaultDomain}'
    }
  }
]

module jobs 'job.bicep' = [
  for service in filter(services, service => service.kind == 'job'): {
    name: 'job-${service.name}'
    params: {
      prefix: prefix
      location: location
      tags: tags
      service: service
      environmentId: environment.id
      image: image
      run: run
      busUrl: busUrl
      vaultUri: vaultUri
      storageName: storageName
      postgresHost: postgresHost
      identityId: ids[service.name]
      identityName: '${prefix}-${service.name}'
      identityClientId: clientIds[service.name]
    }
  }
]

output consoleUrl string = 'https://${prefix}-console.${environment.properties.defaultDomain}'
