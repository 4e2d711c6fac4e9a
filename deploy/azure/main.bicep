// The whole platform in one resource group: `az deployment group create --template-file main.bicep --parameters environments/paper.bicepparam`.
// What services there are, what each may write, and how each is scaled follows from the topology (topology.json, made by `npm run deploy-files`).
targetScope = 'resourceGroup'

@description('What the deployment is for; live is the only one with real money.')
@allowed(['dev', 'paper', 'live'])
param stage string

@description('Region of every resource; the bus needs one with three zones unless it is a single node.')
param location string = resourceGroup().location

@description('The image of all services, named by its content: <registry>/<name>@sha256:<64 hex digits>.')
@minLength(80)
param image string

@description('The run that the services make: lower case letters, digits and hyphens. A new trading date is a new run.')
param run string

@description('What ingest is told, as JSON: see docs/configuration.md.')
param ingest string

@description('Shards of the run; replicas of a stage of the shards are never more.')
@minValue(1)
@maxValue(64)
param shards int = 4

@description('Whether secrets.sh has set the secrets: the first deployment makes what they lie in, the second one what reads them.')
param hasSecrets bool = false

@description('Nodes of the bus: three, one a zone, or one where a lost zone may stop everything.')
@allowed([1, 3])
param busNodes int = 3

@description('What nodes of the bus are.')
param busSize string = 'Standard_D2as_v5'

@description('Public SSH key of who looks after the nodes of the bus; they have no public address.')
param administratorKey string

@description('Group in Entra that administers the database and may set secrets.')
param administratorsGroup { name: string, objectId: string }

@description('Who is told by e-mail what an alert says.')
param alertEmail string

@description('Addresses that may reach the console, in CIDR notation; none: the virtual network alone.')
param consoleAddresses array = []

@description('Application of OpenID Connect by which people come in to the console.')
param consoleClientId string

@description('Names of the people who may command at the console, as the issuer has them in `preferred_username`: letters, digits, dots, hyphens, @ and _. Others look.')
param operators array

var topology = loadJsonContent('topology.json')
var alerts = loadJsonContent('alerts.json')
var prefix = 'aitrader-${stage}'
var tags = { product: 'aitrader', stage: stage }
// names of the world over
var unique = take('aitrader${stage}${uniqueString(resourceGroup().id)}', 24)

module network 'modules/network.bicep' = {
  name: 'network'
  params: { prefix: prefix, location: location, tags: tags, consoleAddresses: consoleAddresses }
}

module identities 'modules/identities.bicep' = {
  name: 'identities'
  params: { prefix: prefix, location: location, tags: tags, names: map(topology.services, service => service.name) }
}

module monitor 'modules/monitor.bicep' = {
  name: 'monitor'
  params: { prefix: prefix, location: location, tags: tags, collectorPrincipalId: identities.outputs.principalIds.collector }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  params: {
    name: unique
    location: location
    tags: tags
    subnetId: network.outputs.endpointsSubnetId
    zoneId: network.outputs.vaultZoneId
    workspaceId: monitor.outputs.workspaceId
    administratorsGroupId: administratorsGroup.objectId
    // each secret with the services that may read it, and nobody else
    readers: hasSecrets ? topology.secrets : []
    busSecrets: hasSecrets ? topology.busSecrets : []
    principalIds: identities.outputs.principalIds
    busPrincipalId: identities.outputs.principalIds.bus
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    name: unique
    location: location
    tags: tags
    subnetId: network.outputs.endpointsSubnetId
    zoneId: network.outputs.blobZoneId
    writers: topology.containers
    principalIds: identities.outputs.principalIds
    workspaceId: monitor.outputs.workspaceId
  }
}

module postgres 'modules/postgres.bicep' = {
  name: 'postgres'
  params: {
    name: unique
    location: location
    tags: tags
    subnetId: network.outputs.postgresSubnetId
    zoneId: network.outputs.postgresZoneId
    administratorsGroup: administratorsGroup
    workspaceId: monitor.outputs.workspaceId
    isZoneRedundant: busNodes == 3
  }
}

module bus 'modules/bus.bicep' = if (hasSecrets) {
  name: 'bus'
  params: {
    prefix: prefix
    location: location
    tags: tags
    nodes: busNodes
    size: busSize
    administratorKey: administratorKey
    subnetId: network.outputs.busSubnetId
    identityId: identities.outputs.ids.bus
    identityClientId: identities.outputs.clientIds.bus
    vaultUri: vault.outputs.uri
  }
}

module apps 'modules/apps.bicep' = if (hasSecrets) {
  name: 'apps'
  params: {
    prefix: prefix
    location: location
    tags: tags
    services: topology.services
    image: image
    run: run
    ingest: ingest
    shards: shards
    subnetId: network.outputs.appsSubnetId
    isInternal: empty(consoleAddresses)
    consoleAddresses: consoleAddresses
    consoleClientId: consoleClientId
    operators: operators
    busUrl: bus!.outputs.url
    busReplicas: busNodes
    vaultUri: vault.outputs.uri
    storageName: storage.outputs.name
    postgresHost: postgres.outputs.host
    ids: identities.outputs.ids
    clientIds: identities.outputs.clientIds
    workspaceId: monitor.outputs.workspaceId
    collector: monitor.outputs.collector
  }
}

module watch 'modules/alerts.bicep' = if (hasSecrets) {
  name: 'alerts'
  params: {
    prefix: prefix
    location: location
    tags: tags
    monitorId: monitor.outputs.monitorId
    groups: alerts.groups
    alertEmail: alertEmail
    // the platform may add copies of its own accord; more than these say that something pulls them up
    scaled: map(filter(topology.services, service => service.per == 'shard'), service => {
      id: resourceId('Microsoft.App/containerApps', '${prefix}-${service.name}')
      name: service.name
      replicasMax: min(shards, service.scale.replicasMax)
    })
  }
  dependsOn: [apps]
}

output consoleUrl string = apps.?outputs.consoleUrl ?? ''
output vaultName string = vault.outputs.name
output storageName string = storage.outputs.name
output postgresHost string = postgres.outputs.host
output busUrl string = bus.?outputs.url ?? ''
