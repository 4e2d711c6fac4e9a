// Blob storage: bars in Parquet, reports, backups, and the anchors of recordings, which nobody can change or delete before their time.
param name string
param location string
param tags object
param subnetId string
param zoneId string
param workspaceId string
@description('A container, whether what is in it can be changed, and the services that may write there.')
param writers array
param principalIds object

var contributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var grants = flatten(map(writers, writer => map(writer.services, service => { container: writer.container, service: service })))

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    // by identity alone
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    publicNetworkAccess: 'Disabled'
    networkAcls: { defaultAction: 'Deny', bypass: 'None' }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: true
    deleteRetentionPolicy: { enabled: true, days: 30 }
    containerDeleteRetentionPolicy: { enabled: true, days: 30 }
  }
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = [
  for writer in writers: {
    parent: blobs
    name: writer.container
    properties: {
      publicAccess: 'None'
      immutableStorageWithVersioning: { enabled: writer.isImmutable }
    }
  }
]

// Seven years, as an account's records are kept; locked by hand once it has been seen to be right, since nobody can unlock it.
resource kept 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2024-01-01' = [
  for (writer, place) in writers: if (writer.isImmutable) {
    parent: containers[place]
    name: 'default'
    properties: { immutabilityPeriodSinceCreationInDays: 2557, allowProtectedAppendWrites: false }
  }
]

resource granted 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (grant, place) in grants: {
    name: guid(account.id, grant.container, grant.service, contributor)
    scope: containers[indexOf(map(writers, writer => writer.container), grant.container)]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', contributor)
      principalId: principalIds[grant.service]
      principalType: 'ServicePrincipal'
    }
  }
]

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: '${name}-blob'
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [{ name: 'blob', properties: { privateLinkServiceId: account.id, groupIds: ['blob'] } }]
  }
}

resource zone 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = {
  parent: endpoint
  name: 'default'
  properties: { privateDnsZoneConfigs: [{ name: 'blob', properties: { privateDnsZoneId: zoneId } }] }
}

resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: blobs
  properties: { workspaceId: workspaceId, logs: [{ category: 'StorageDelete', enabled: true }, { category: 'StorageWrite', enabled: true }] }
}

output name string = account.name
