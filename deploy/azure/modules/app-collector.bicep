// The one that figures and traces are told to, and that alone knows where they go.
param prefix string
param location string
param tags object
param environmentId string
param identityId string
param identityClientId string
param collector object

// otel/opentelemetry-collector-contrib 0.157.0
var image = 'docker.io/otel/opentelemetry-collector-contrib@sha256:f2f01157055a9b2aab9df7118e1f1c9abf345e99b23bc7a2bc791db374a7d0f6'

resource app 'Microsoft.App/containerApps@2025-01-01' = {
  name: '${prefix}-collector'
  location: location
  tags: tags
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      secrets: [{ name: 'insights-connection', value: collector.insightsConnection }]
      ingress: { external: false, targetPort: 4318, exposedPort: 4318, transport: 'tcp' }
    }
    template: {
      containers: [
        {
          name: 'collector'
          image: image
          args: ['--config=env:COLLECTOR_CONFIGURATION']
          env: [
            { name: 'COLLECTOR_CONFIGURATION', value: loadTextContent('../collector.yaml') }
            { name: 'AZURE_CLIENT_ID', value: identityClientId }
            { name: 'METRICS_WRITE_URL', value: collector.writeUrl }
            { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', secretRef: 'insights-connection' }
          ]
          resources: { cpu: json('0.5'), memory: '1Gi' }
          probes: [
            { type: 'Startup', httpGet: { path: '/', port: 13133 }, periodSeconds: 2, failureThreshold: 60 }
            { type: 'Liveness', httpGet: { path: '/', port: 13133 }, periodSeconds: 10, failureThreshold: 6 }
            { type: 'Readiness', httpGet: { path: '/', port: 13133 }, periodSeconds: 5, failureThreshold: 3 }
          ]
        }
      ]
      scale: { minReplicas: 1, maxReplicas: 1 }
    }
  }
}
