// Secrets, each readable by the services that it is for: broker keys by execution, the key that signs orders by risk, a key of the bus each.
// Their values are set by people (deploy/azure/secrets.sh), never by a template.
param name string
param location string
param tags object
param subnetId string
param zoneId string
param workspaceId string
param administratorsGroupId string
@description('Name of a secret, and the services that may read it.')
param readers array
param principalIds object
@description('Secrets of the nodes of the bus.')
param busSecrets array
param busPrincipalId string

var secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
var grants = flatten(map(readers, reader => map(reader.services, service => { secret: reader.secret, service: service })))

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: 'Disabled'
    networkAcls: { defaultAction: 'Deny', bypass: 'None' }
  }
}

resource secrets 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = [
  for grant in grants: { parent: vault, name: grant.secret }
]

resource granted 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (grant, place) in grants: {
    name: guid(vault.id, grant.secret, grant.service, secretsUser)
    scope: secrets[place]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
      principalId: principalIds[grant.service]
      principalType: 'ServicePrincipal'
    }
  }
]

resource busSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = [for secret in busSecrets: { parent: vault, name: secret }]

resource grantedToBus 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (secret, place) in busSecrets: {
    name: guid(vault.id, secret, 'bus', secretsUser)
    scope: busSecret[place]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
      principalId: busPrincipalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource administrators 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, administratorsGroupId, secretsOfficer)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsOfficer)
    principalId: administratorsGroupId
    principalType: 'Group'
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: '${name}-vault'
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [{ name: 'vault', properties: { privateLinkServiceId: vault.id, groupIds: ['vault'] } }]
  }
}

resource zone 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = {
  parent: endpoint
  name: 'default'
  properties: { privateDnsZoneConfigs: [{ name: 'vault', properties: { privateDnsZoneId: zoneId } }] }
}

// Who read which secret when.
resource audit 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'audit'
  scope: vault
  properties: { workspaceId: workspaceId, logs: [{ categoryGroup: 'audit', enabled: true }] }
}

output name string = vault.name
output uri string = vault.properties.vaultUri
